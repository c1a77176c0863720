"""Worked settlements that a policy officer can read and sign: the YAML files here, exact to the fen, each with its arithmetic."""

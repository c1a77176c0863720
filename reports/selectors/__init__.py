"""What reports read: the figures of the other rooms, who reports to whom, what is due."""

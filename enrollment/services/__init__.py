"""What a clerk does to the register: one public function for each act."""

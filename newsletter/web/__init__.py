"""Pages: what mailed links lead to, and a look at issues for whoever sits at this machine."""

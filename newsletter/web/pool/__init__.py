"""Update items: handed in by contributors, picked into issues by editors."""

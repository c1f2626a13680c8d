"""What asks others on the internet: name servers, pages that links lead to, SpamAssassin. Nothing else fetches."""

"""What links in a mail and forms lead to. These pages set no cookie, run no script and show no address.

A site's own files in ``templates/web/public/`` win over the shipped ones of the same name, as do words in
``templates/web/words/<language>.toml`` and ``templates/web/style.css``.
"""

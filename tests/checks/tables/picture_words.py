"""Words of pictures, in image items, in Markdown and in the mail."""

from newsletter.items.kinds.image import Image
from tests.checks.build import Case

SENTENCE = "Twelve people with banners in front of the Palais des Nations"


def _alt(alt: str, says: str = "", src: str = "images/delegation.jpg") -> Case:
    item = Image(id="delegation", title="The delegation", src=src, alt=alt)
    return Case(issue={"items": (item,)}, says=says, at=("delegation", "alt"))


BAD = [
    _alt("delegation.jpg", "'delegation.jpg' is the name of a file"),
    _alt("IMG_2041.JPG", "name of a file"),
    _alt("IMG_2041", "name of a file"),
    _alt("DSC00012", "name of a file"),
    _alt("PXL_20201028_1200", "name of a file"),
    _alt("Screenshot 2020-10-28 at 12.00.01", "name of a file"),
    _alt("image", "name of a file"),
    _alt("photo (1)", "name of a file"),
    _alt("20201028_120000", "name of a file"),
    _alt("palais-des-nations.png", "name of a file"),
    _alt("group-photo", "name of a file", "images/group-photo.jpg"),
    _alt("banner2", "name of a file", "banner2.webp"),
    _alt("images/group.jpeg", "name of a file"),
    Case(body='<img src="x.png" alt="logo.png">', says="'logo.png', the alt text of a picture in a template"),
    Case(body='<img src="x.png" alt=" IMG_2041 ">', says="'IMG_2041', the alt text", at=(None, None)),
    Case(body='<img src="x.png">', says="no alt text", level="error", at=(None, None)),
    Case(body='<p>a</p><a href="u"><img src="x.png" title="x"></a>', says="no alt text", level="error"),
]

NEAR = [
    _alt(SENTENCE),
    _alt("Delegation", src="images/delegation.jpg"),
    _alt("Logo of the Network"),
    _alt("Image of the hall, with 40 empty seats"),
    _alt("Photo: Maria Example"),
    _alt("Screenshot of the UN TV player"),
    _alt("A picture by children from Flint"),
    _alt("Geneva, 2020"),
    _alt("Room XX"),
    _alt("5,000 people in the square"),
    _alt("The front page of example.org"),
    _alt("The file report.pdf open on a screen"),
    _alt("وفد الشبكة في جنيف"),
    _alt("代表団"),
    _alt("UPR"),
    _alt("Picture this: a hall without anybody"),
    _alt("IMG stands for a picture"),
    Case(issue={"items": (Image(id="line", title="Line", src="IMG_1.png", decorative=True),)}),
    _alt("A banner with the words: 20201028"),
    _alt("Palais des Nations"),
    _alt("Foto: una pancarta en Ginebra"),
    Case(body='<img src="x.png" alt="">'),
    Case(body='<img src="x.png" alt="Logo">'),
    Case(body='<img src="logo.png" alt="USHRN">'),
    Case(body='<img src="group-photo.jpg" alt="A group in front of the hall">'),
    Case(body='<img src="x.png" alt="Screenshot of the player, 14:30">'),
    Case(body='<img src="x.png" alt="The file report.pdf">'),
    Case(body='<img src="x.png" alt="9">'),
    Case(body='<p title="IMG_2041.jpg">x</p>'),
    Case(body="<p>IMG_2041.jpg</p>"),
    Case(body=f'<img src="IMG_2041.jpg" alt="{SENTENCE}">'),
    Case(body="<!-- <img src=x.png> -->"),
]

"""The text for whoever runs the DNS: what the stack needs there, in French, to be copied into an e-mail. Printed by nextsteps.py (and by
preflight.py while a certificate waits for its record). Values stand alone on their line, so that copying takes nothing else along."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Record:
    name: str
    type: str
    value: str


# What each part is for, in the order of the text.
CERTIFICATE = "Le certificat du site (à laisser en place : il sert aussi au renouvellement)"
DKIM = "La signature des messages (DKIM)"
MAIL_FROM = "Le retour des messages (MX et SPF d’un nom qui ne sert qu’à cela)"
DMARC = "DMARC (si le domaine n’en a pas encore ; sinon, gardez le vôtre)"
SITE = "L’adresse du site"


def text(domain: str, parts: dict) -> str:
    """parts: a title of above → its records; an empty list is left out."""
    lines = ["Bonjour,", "", "Pour le site d’inscription aux formations et ses messages, merci de créer ces enregistrements DNS"
             + (f" (domaine {domain})." if domain else "."), "Ils n’ajoutent que des noms nouveaux : votre site et votre messagerie restent comme ils sont."]
    for title in (CERTIFICATE, DKIM, MAIL_FROM, DMARC, SITE):
        records = parts.get(title) or []
        if records:
            lines += ["", title + " :"]
        for r in records:
            lines += ["", "  Nom", f"    {r.name}", "  Type", f"    {r.type}", "  Valeur", f"    {r.value}"]
    lines += ["", "Selon votre interface, le nom s’écrit sans le domaine, ou avec un point à la fin. Un CNAME ne doit pas être mis derrière un mandataire",
              "(« proxy »). Si le domaine a des enregistrements CAA, autorisez amazon.com, sans quoi le certificat est refusé.", "", "Merci !"]
    return "\n".join(l.replace(" :", "\u00a0:").replace(" ;", "\u00a0;").replace(" !", "\u00a0!").replace("« ", "«\u00a0").replace(" »", "\u00a0»") for l in lines)


def certificate(described: dict) -> list:
    """The records of a certificate that AWS Certificate Manager describes; none when it was validated by mail."""
    found = [o["ResourceRecord"] for o in described.get("DomainValidationOptions", []) if "ResourceRecord" in o]
    return list(dict.fromkeys(Record(r["Name"].rstrip("."), r["Type"], r["Value"].rstrip(".")) for r in found))


def dkim(outputs: dict, identity: dict) -> list:
    """Those of the stack's own identity stand in its outputs; those of one that the account had, with the identity."""
    own = [outputs[f"DkimRecord{n}"].split(" CNAME ") for n in (1, 2, 3) if f"DkimRecord{n}" in outputs]
    if own:
        return [Record(name, "CNAME", value) for name, value in own]
    attributes, domain = identity.get("DkimAttributes", {}), outputs["MailIdentity"]
    if "@" in domain:
        return []
    zone = attributes.get("SigningHostedZone", "dkim.amazonses.com")
    return [Record(f"{t}._domainkey.{domain}", "CNAME", f"{t}.{zone}") for t in attributes.get("Tokens", [])]


def mail_from(outputs: dict) -> list:
    """« name MX 10 host » and « name TXT "…" », as the outputs have them."""
    return [Record(*outputs[o].split(" ", 2)) for o in ("MailFromRecord1", "MailFromRecord2") if o in outputs]


def site(name: str, domain: str, leads_to: str) -> list:
    """The root of a domain takes no CNAME."""
    return [Record(name, "CNAME" if name != domain else "ALIAS ou ANAME (un CNAME est interdit à la racine d’un domaine)", leads_to)]


def dmarc(domain: str, reports: str) -> list:
    """Without consequences to begin with; reports go to an address of the domain, as any other would have to allow it by a record."""
    if not domain:
        return []
    rua = f"; rua=mailto:{reports}" if reports.rpartition("@")[2] == domain else ""
    return [Record(f"_dmarc.{domain}", "TXT", f'"v=DMARC1; p=none{rua}"')]

"""Pictures drawn from their names, so that pages look whole in a browser."""

from hashlib import sha256


def picture(name: str) -> str:
    """Draw an SVG landscape whose colours and hills follow from its name."""
    seed = sha256(name.encode()).digest()
    hue = seed[0] * 360 // 256
    sun_x, sun_y = 120 + seed[1] * 2, 70 + seed[2] // 4
    far, near = 210 + seed[3] // 5, 290 + seed[4] // 5
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 405" width="720" height="405">'
        f'<rect width="720" height="405" fill="hsl({hue},45%,82%)"/>'
        f'<circle cx="{sun_x}" cy="{sun_y}" r="38" fill="hsl({(hue + 40) % 360},80%,92%)"/>'
        f'<path d="M0 {far} Q180 {far - 90} 360 {far} T720 {far - 20} V405 H0Z" fill="hsl({hue},32%,60%)"/>'
        f'<path d="M0 {near} Q240 {near - 70} 470 {near} T720 {near + 10} V405 H0Z" fill="hsl({hue},36%,38%)"/>'
        "</svg>"
    )

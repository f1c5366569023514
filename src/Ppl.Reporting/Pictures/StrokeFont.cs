using System.Numerics;
using Ppl.Data;

namespace Ppl.Reporting;

/// <summary>A font of strokes, drawn for this project: each glyph is a few lines and curves on a grid of 12 units of capital height.</summary>
/// <remarks>
/// A glyph is its width, then strokes: '-' a polyline, '~' a smooth curve, 'o' a closed smooth curve, '.' a dot. Each point is two
/// characters, x and y in base 36; y = 0 is the top of the capitals, 4 that of the small letters, 12 (c) the baseline, 16 (g) the
/// bottom of the descenders.
/// </remarks>
internal static class StrokeFont
{
    private const float CapitalHeight = 12;
    private const float Spacing = 3.4f;
    private const float Narrowing = 0.88f;
    private const int CurveSteps = 5;
    private const string Missing = "8 -00808c0c00";

    private static readonly Dictionary<char, string> Glyphs = new()
    {
        [' '] = "3",
        ['!'] = "2 -1018 .1c",
        ['"'] = "3 -0004 -3034",
        ['#'] = "9 -301c -806c -0494 -0898",
        ['$'] = "8 ~8260200325678 96c2c0a -404c",
        ['%'] = "9 o20420224 o789a7c5a -900c",
        ['&'] = "8 ~8c2522406254170a2c5b88",
        ['\''] = "1 -0004",
        ['('] = "3 ~300206 1a3e",
        [')'] = "3 ~002236 2a0e",
        ['*'] = "6 -3137 -1256 -5216",
        ['+'] = "8 -434b -0787",
        [','] = "2 -1c0f",
        ['-'] = "6 -0868",
        ['\u2212'] = "8 -0787",
        ['.'] = "1 .0c",
        ['/'] = "6 -600d",
        [':'] = "1 .05 .0c",
        [';'] = "2 .15 -1c0f",
        ['<'] = "7 -73087d",
        ['='] = "8 -0686 -0a8a",
        ['>'] = "7 -03780d",
        ['?'] = "7 ~03206073563839 .3c",
        ['@'] = "a ~9b6c2b0621 60a2a79978745336497 8",
        ['['] = "3 -30000e3e",
        ['\\'] = "6 -006d",
        [']'] = "3 -00303e0e",
        ['^'] = "6 -043064",
        ['_'] = "8 -0e8e",
        ['`'] = "2 -0022",
        ['{'] = "4 ~4021250727 2c4e",
        ['|'] = "1 -000e",
        ['}'] = "4 ~0023254723 2c0e",
        ['~'] = "7 ~08264876",
        ['\u00d7'] = "7 -046b -640b",
        ['\u00b7'] = "1 .07",
        ['\u03b2'] = "6 -0g03 ~0320525536 -3646 ~466769 4c1b09",
        ['\u2192'] = "a -07a7 -64a7 -6aa7",
        ['0'] = "8 o4062766a4c2a1622",
        ['1'] = "8 -13404c",
        ['2'] = "8 ~031140718366 0c -0c8c",
        ['3'] = "8 ~0130608265 46 ~466688 7b4c1b0a",
        ['4'] = "8 -6c600888",
        ['5'] = "8 -701016 ~164575887b4c1b0a",
        ['6'] = "8 ~7032071b4c7b88754517 08",
        ['7'] = "8 -00803c",
        ['8'] = "8 o4061736546251321 o4677897b4c1b0917",
        ['9'] = "8 ~1c5a85714011041747 7584",
        ['A'] = "8 -0c408c -1878",
        ['B'] = "8 -50000c5c -0656 ~5071837556 ~5677897b5c",
        ['C'] = "8 ~82501206 1a5c8a",
        ['D'] = "8 -40000c4c ~4072867a4c",
        ['E'] = "7 -70000c7c -0666",
        ['F'] = "7 -70000c -0666",
        ['G'] = "8 ~825012061a5c8a -8a8757",
        ['H'] = "8 -000c -808c -0686",
        ['I'] = "1 -000c",
        ['J'] = "6 -6069 ~695b3c1b09",
        ['K'] = "8 -000c -8008 -358c",
        ['L'] = "7 -000c7c",
        ['M'] = "a -0c0059a0ac",
        ['N'] = "8 -0c008c80",
        ['O'] = "8 o4072867a4c1a0612",
        ['P'] = "8 -0c0050 ~5071837556 -5606",
        ['Q'] = "8 o4072867a4c1a0612 -599e",
        ['R'] = "8 -0c0050 ~5071837556 -5606 -468c",
        ['S'] = "8 ~826020032567896c2c0a",
        ['T'] = "8 -0080 -404c",
        ['U'] = "8 -0008 ~081b4c7b88 -8880",
        ['V'] = "8 -004c80",
        ['W'] = "c -003c609cc0",
        ['X'] = "8 -008c -800c",
        ['Y'] = "8 -004680 -464c",
        ['Z'] = "8 -00800c8c",
        ['a'] = "6 o3455685b3c1b0815 -646c",
        ['b'] = "6 -000c o3455685b3c1b0815",
        ['c'] = "6 ~654415081b4c6b",
        ['d'] = "6 o3455685b3c1b0815 -606c",
        ['e'] = "6 -0868 ~685534150 81b3c6b",
        ['f'] = "5 ~503123 -232c -0454",
        ['g'] = "6 o3455685b3c1b0815 -646d ~6d5f3g0f",
        ['h'] = "6 -000c ~0715345567 -676c",
        ['i'] = "1 -040c .01",
        ['j'] = "3 -343d ~3d2f0g .31",
        ['k'] = "6 -000c -6409 -276c",
        ['l'] = "1 -000c",
        ['m'] = "a -040c ~0715344557 -575c ~5765849 5a7 -a7ac",
        ['n'] = "6 -040c ~0715345567 -676c",
        ['o'] = "6 o3455685b3c1b0815",
        ['p'] = "6 -040g o3455685b3c1b0815",
        ['q'] = "6 o3455685b3c1b0815 -646g",
        ['r'] = "4 -040c ~07153444",
        ['s'] = "5 ~55341506 38595b3c0b",
        ['t'] = "5 -2129 ~293b4c5c -0454",
        ['u'] = "6 -0409 ~091b3c5b69 -646c",
        ['v'] = "6 -043c64",
        ['w'] = "a -042c548ca4",
        ['x'] = "6 -046c -640c",
        ['y'] = "6 -043c -641g",
        ['z'] = "6 -04640c6c",
    };

    /// <summary>The strokes of a text whose baseline starts at the origin, y downwards; <paramref name="size"/> is the capital height.</summary>
    public static List<Vector2[]> Layout(string text, float size)
    {
        var unit = size / CapitalHeight;
        var strokes = new List<Vector2[]>();
        var x = 0f;
        foreach (var letter in text)
        {
            var glyph = Glyph(letter);
            foreach (var stroke in glyph.Strokes)
                strokes.Add(Array.ConvertAll(stroke, p => new Vector2(x + (p.X * Narrowing * unit), (p.Y - CapitalHeight) * unit)));

            x += ((glyph.Width * Narrowing) + Spacing) * unit;
        }

        return strokes;
    }

    /// <summary>How far a text reaches from left to right.</summary>
    public static float Width(string text, float size)
    {
        var width = -Spacing;
        foreach (var letter in text) width += (Glyph(letter).Width * Narrowing) + Spacing;

        return Math.Max(0, width) * size / CapitalHeight;
    }

    /// <summary>Whether the font has a glyph of its own for a letter; others are shown as a box.</summary>
    public static bool Has(char letter) => Glyphs.ContainsKey(letter);

    private static (int Width, List<Vector2[]> Strokes) Glyph(char letter)
    {
        var text = Glyphs.GetValueOrDefault(letter, Missing);
        var strokes = new List<Vector2[]>();
        var kind = '-';
        var digits = new List<int>();
        for (var k = 1; k <= text.Length; k++)
        {
            // Blanks only help the reader, so that a stroke ends where the next one starts or the glyph ends.
            if (k == text.Length || "-~o.".Contains(text[k], StringComparison.Ordinal))
            {
                if (digits.Count > 0)
                {
                    strokes.Add(ToLine(kind, digits));
                    digits.Clear();
                }

                kind = k < text.Length ? text[k] : kind;
            }
            else if (text[k] != ' ')
            {
                digits.Add(Digit(text[k]));
            }
        }

        return (Digit(text[0]), strokes);
    }

    private static Vector2[] ToLine(char kind, List<int> digits)
    {
        var points = new Vector2[digits.Count / 2];
        for (var k = 0; k < points.Length; k++) points[k] = new Vector2(digits[2 * k], digits[(2 * k) + 1]);

        if (kind is '-' or '.') return points;

        var line = new Vector2[Curve.Length(points.Length, kind == 'o', CurveSteps)];
        Curve.Smooth(points, kind == 'o', CurveSteps, line);
        return line;
    }

    private static int Digit(char letter) => char.IsAsciiDigit(letter) ? letter - '0' : letter - 'a' + 10;
}

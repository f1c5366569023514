using System.Numerics;

namespace Ppl.Data;

/// <summary>How the ten digits are written: for each some ways, each a few smooth strokes through points of a box of 1 × 1, y downwards.</summary>
internal static class DigitSkeletons
{
    /// <summary>One way to write a digit.</summary>
    /// <param name="Aspect">Usual width over height.</param>
    /// <param name="Weight">How often it is written so, relative to the other ways.</param>
    /// <param name="Strokes">Points of each stroke; a point that two strokes share stays shared when points are moved.</param>
    internal sealed record Skeleton(float Aspect, float Weight, Vector2[][] Strokes);

    /// <summary>The ways of writing each digit.</summary>
    public static IReadOnlyList<Skeleton[]> Ways { get; } =
    [
        [
            Way(0.66f, 3, "60,4 34,2 10,24 3,55 16,88 45,99 78,86 96,52 86,18 60,4"),
            Way(0.74f, 1, "70,10 42,1 12,20 2,56 18,90 50,99 84,82 98,48 82,14 50,2 36,12"),
        ],
        [
            Way(0.16f, 3, "50,0 52,50 50,100"),
            Way(0.34f, 2, "4,26 30,16 62,0|62,0 60,50 58,100"),
            Way(0.50f, 0.7f, "14,22 36,14 54,0|54,0 54,50 54,98|14,99 54,98 94,97"),
        ],
        [
            Way(0.72f, 2, "8,22 30,3 66,3 84,24 70,52 38,80 5,97|5,97 48,95 96,97"),
            Way(0.80f, 2, "10,26 34,3 70,6 80,30 55,62 22,92 6,92 10,76 34,78 62,93 96,90"),
        ],
        [
            Way(0.66f, 3, "8,14 38,0 78,10 78,32 38,46|38,46 80,55 92,78 64,98 28,98 4,86"),
            Way(0.66f, 1, "8,3 46,4 86,2|86,2 62,22 36,41|36,41 76,46 93,72 68,97 30,99 4,88"),
        ],
        [
            Way(0.74f, 2, "18,2 8,34 12,55 48,57 94,50|80,6 76,52 72,100"),
            Way(0.78f, 1.5f, "66,0 34,33 4,62|4,62 50,63 98,60|66,0 66,50 64,100"),
            Way(0.70f, 1, "30,0 12,26 6,46 22,56 56,50 84,34|84,34 86,12 84,4|84,34 78,68 70,100"),
        ],
        [
            Way(0.72f, 2, "18,5 17,24 15,44|15,44 44,36 80,47 90,72 66,95 32,99 4,87|18,5 54,5 94,1"),
            Way(0.70f, 1, "92,4 56,4 24,9 18,34 36,45 70,53 84,73 62,95 28,98 5,87"),
        ],
        [
            Way(0.62f, 2, "70,2 38,18 13,48 8,76 30,98 64,97 85,76 68,55 38,56 12,76"),
            Way(0.54f, 1, "52,0 26,26 10,60 14,88 44,100 78,88 82,66 54,56 20,72"),
        ],
        [
            Way(0.68f, 3, "4,5 48,6 92,3|92,3 66,42 44,100"),
            Way(0.70f, 1, "4,5 48,6 92,3|92,3 66,42 44,100|30,52 56,50 84,48"),
            Way(0.66f, 1, "6,20 8,10 14,4|14,4 54,5 92,6|92,6 80,46 68,100"),
        ],
        [
            Way(0.60f, 3, "78,12 50,0 20,12 24,34 52,49 82,70 78,91 48,100 16,91 16,70 48,48 76,31 80,14"),
            Way(0.58f, 1, "50,46 20,34 20,11 50,0 80,11 80,34 50,46|50,46 14,60 12,88 50,100 88,88 86,60 50,46"),
        ],
        [
            Way(0.60f, 2, "84,16 58,1 24,11 10,34 32,53 66,44 84,16|84,16 82,56 72,100"),
            Way(0.62f, 1, "86,20 60,1 24,10 10,34 34,52 68,42 86,20|86,20 86,60 68,92 34,98"),
        ],
    ];

    private static Skeleton Way(float aspect, float weight, string strokes)
        => new(aspect, weight, Array.ConvertAll(strokes.Split('|'), stroke => Array.ConvertAll(stroke.Split(' '), Point)));

    private static Vector2 Point(string text)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        return new Vector2(int.Parse(text.AsSpan(0, comma)), int.Parse(text.AsSpan(comma + 1))) / 100;
    }
}

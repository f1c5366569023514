namespace Ppl.Reporting;

/// <summary>A colour with 8 bits a channel.</summary>
/// <param name="Red">Red, 0 to 255.</param>
/// <param name="Green">Green, 0 to 255.</param>
/// <param name="Blue">Blue, 0 to 255.</param>
public readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    /// <summary>Black.</summary>
    public static Rgb Black => new(0, 0, 0);

    /// <summary>White.</summary>
    public static Rgb White => new(255, 255, 255);

    /// <summary>Eight colours that most colour-blind readers can tell apart (Okabe and Ito 2008); the eighth is black.</summary>
    public static IReadOnlyList<Rgb> Palette { get; } =
    [
        new(0, 114, 178), new(213, 94, 0), new(0, 158, 115), new(204, 121, 167),
        new(230, 159, 0), new(86, 180, 233), new(150, 130, 20), new(0, 0, 0),
    ];

    /// <summary>A grey.</summary>
    /// <param name="level">0 black to 255 white.</param>
    public static Rgb Grey(byte level) => new(level, level, level);
}

namespace Ppl.Reporting;

/// <summary>A finished picture: RGB pixels, row by row.</summary>
public sealed class Picture
{
    private readonly byte[] pixels;

    internal Picture(int width, int height, byte[] pixels)
    {
        Width = width;
        Height = height;
        this.pixels = pixels;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>[height × width × 3] levels: red, green, blue of each pixel.</summary>
    public ReadOnlyMemory<byte> Pixels => pixels;

    /// <summary>One pixel.</summary>
    /// <param name="x">Column, from 0 at the left.</param>
    /// <param name="y">Row, from 0 at the top.</param>
    public Rgb this[int x, int y]
    {
        get
        {
            var at = ((y * Width) + x) * 3;
            return new Rgb(pixels[at], pixels[at + 1], pixels[at + 2]);
        }
    }

    /// <summary>Its size: <c>picture of 860 x 500 pixels</c>.</summary>
    public override string ToString() => $"picture of {Width} x {Height} pixels";

    /// <summary>Writes the picture as PNG, grey where it has no colour. The file appears whole or not at all.</summary>
    /// <param name="path">The file; an older one is replaced. Its folder is made when it is not there.</param>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public void Save(string path)
    {
        if (!IsGrey())
        {
            Png.WriteRgb(path, pixels, Width, Height);
            return;
        }

        var grey = new byte[Width * Height];
        for (var k = 0; k < grey.Length; k++) grey[k] = pixels[3 * k];

        Png.WriteGrey(path, grey, Width, Height);
    }

    private bool IsGrey()
    {
        for (var k = 0; k < pixels.Length; k += 3)
        {
            if (pixels[k] != pixels[k + 1] || pixels[k] != pixels[k + 2]) return false;
        }

        return true;
    }
}

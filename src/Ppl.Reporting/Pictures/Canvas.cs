using System.Numerics;
using Ppl.Data;

namespace Ppl.Reporting;

/// <summary>Something to draw on: filled rectangles, anti-aliased lines and text.</summary>
internal sealed class Canvas
{
    private readonly byte[] pixels;
    private readonly float[] mask;

    public Canvas(int width, int height, Rgb background)
    {
        Width = width;
        Height = height;
        pixels = new byte[checked(width * height * 3)];
        mask = new float[width * height];
        Fill(0, 0, width, height, background);
    }

    public int Width { get; }

    public int Height { get; }

    public Picture ToPicture() => new(Width, Height, (byte[])pixels.Clone());

    /// <summary>Fills a rectangle; what lies outside the canvas is cut off.</summary>
    public void Fill(int left, int top, int width, int height, Rgb colour)
    {
        for (var y = Math.Max(0, top); y < Math.Min(Height, top + height); y++)
        {
            for (var x = Math.Max(0, left); x < Math.Min(Width, left + width); x++) Set(x, y, colour);
        }
    }

    public void Set(int x, int y, Rgb colour)
    {
        var at = ((y * Width) + x) * 3;
        pixels[at] = colour.Red;
        pixels[at + 1] = colour.Green;
        pixels[at + 2] = colour.Blue;
    }

    /// <summary>Draws a polyline of the given thickness. Its pieces are one shape: where they overlap nothing gets darker.</summary>
    public void Line(ReadOnlySpan<Vector2> points, float thickness, Rgb colour)
    {
        if (points.Length == 0) return;

        StrokeMask.Line(mask, Width, points, thickness / 2, 1);
        Apply(points, thickness, colour);
    }

    /// <summary>Draws text whose first baseline point is (x, y), upright or turned to be read from below upwards.</summary>
    public void Text(string text, float x, float y, float size, Rgb colour, bool turned = false)
    {
        var thickness = Math.Max(1.1f, size * 0.12f);
        foreach (var stroke in StrokeFont.Layout(text, size))
        {
            for (var k = 0; k < stroke.Length; k++)
            {
                var (across, down) = (stroke[k].X, stroke[k].Y);
                stroke[k] = turned ? new Vector2(x + down, y - across) : new Vector2(x + across, y + down);
            }

            Line(stroke, thickness, colour);
        }
    }

    /// <summary>Blends the colour in by the mask and clears the mask, within the box that the line can have touched.</summary>
    private void Apply(ReadOnlySpan<Vector2> points, float thickness, Rgb colour)
    {
        Vector2 low = points[0], high = points[0];
        foreach (var point in points)
        {
            low = Vector2.Min(low, point);
            high = Vector2.Max(high, point);
        }

        var reach = (thickness / 2) + 2;
        var (left, right) = ((int)Math.Max(0, low.X - reach), (int)Math.Min(Width - 1, high.X + reach));
        var (top, bottom) = ((int)Math.Max(0, low.Y - reach), (int)Math.Min(Height - 1, high.Y + reach));
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                Blend(x, y, colour, mask[(y * Width) + x]);
                mask[(y * Width) + x] = 0;
            }
        }
    }

    private void Blend(int x, int y, Rgb colour, float coverage)
    {
        if (coverage <= 0) return;

        var at = ((y * Width) + x) * 3;
        pixels[at] = Mix(pixels[at], colour.Red, coverage);
        pixels[at + 1] = Mix(pixels[at + 1], colour.Green, coverage);
        pixels[at + 2] = Mix(pixels[at + 2], colour.Blue, coverage);
    }

    private static byte Mix(byte under, byte over, float coverage) => (byte)MathF.Round(under + ((over - under) * coverage));
}

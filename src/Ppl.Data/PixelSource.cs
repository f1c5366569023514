using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Ppl.Common;

namespace Ppl.Data;

/// <summary>Writes images of a set as the floats that a model sees. Each draw depends only on its key, image and pixel.</summary>
internal static class PixelSource
{
    // Fixed draws use a stream of their own: epochs of training are ≥ 0.
    private const long FixedEpoch = -1;
    private const int Block = sizeof(ulong);

    /// <summary>Fills <paramref name="target"/> with the images of <paramref name="rows"/>, one after the other.</summary>
    public static void Fill(ImageSet images, Binarization how, DrawKey key, ReadOnlySpan<int> rows, Span<float> target)
    {
        var size = images.PixelsPerImage;
        for (var k = 0; k < rows.Length; k++)
        {
            var row = rows[k];
            var image = target.Slice(k * size, size);
            switch (how.Kind)
            {
                case Binarization.Mode.None:
                    CopyGrey(images, row, image);
                    break;
                case Binarization.Mode.Threshold:
                    CopyGrey(images, row, image);
                    Threshold(image, how.Level);
                    break;
                case Binarization.Mode.Fixed:
                    Draw(images, row, CounterRandom.Key(how.Seed, FixedEpoch, row), image);
                    break;
                default:
                    Draw(images, row, CounterRandom.Key(key.Seed, key.Epoch, row), image);
                    break;
            }
        }
    }

    // The first epoch must not run in the unoptimised first tier: these loops are a good part of a small model's step.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyGrey(ImageSet images, int row, Span<float> image)
    {
        if (images.White == 0)
        {
            images.FloatRow(row).CopyTo(image);
            return;
        }

        var table = Intensities.Of(images.White);
        var bytes = images.ByteRow(row)[..image.Length];
        image.Clear();
        for (var start = 0; start < bytes.Length; start += Block)
        {
            if (IsBlack(bytes, start)) continue;

            for (var k = start; k < Math.Min(start + Block, bytes.Length); k++) image[k] = table[bytes[k]];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Threshold(Span<float> image, float level)
    {
        foreach (ref var value in image) value = value > level ? 1 : 0;
    }

    /// <summary>Bernoulli(p) by 32-bit uniforms u: one where u &lt; p 2^32. The probability is within 2^-33 of p, exact for p = 0 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Draw(ImageSet images, int row, ulong key, Span<float> image)
    {
        if (images.White == 0)
        {
            DrawFloats(images.FloatRow(row), key, image);
            return;
        }

        var bounds = Intensities.BoundsOf(images.White);
        var bytes = images.ByteRow(row)[..image.Length];
        image.Clear();
        for (var start = 0; start < bytes.Length; start += Block)
        {
            if (!IsBlack(bytes, start)) DrawBlock(bytes, start, Math.Min(start + Block, bytes.Length), bounds, key, image);
        }
    }

    /// <summary>One hash serves two pixels. No branches: at the edges of strokes they would be mispredicted half of the time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DrawBlock(ReadOnlySpan<byte> bytes, int start, int end, long[] bounds, ulong key, Span<float> image)
    {
        for (var k = start; k < end; k += 2)
        {
            var bits = CounterRandom.At(key, ((uint)k >> 1) + 1UL);
            image[k] = OneBelow((uint)bits, bounds[bytes[k]]);
            if (k + 1 < end) image[k + 1] = OneBelow((uint)(bits >> 32), bounds[bytes[k + 1]]);
        }
    }

    /// <summary>1 where the uniform is below the bound, else 0: the sign of the difference selects the bits of 1f.</summary>
    private static float OneBelow(uint uniform, long bound)
        => BitConverter.Int32BitsToSingle((int)((uniform - bound) >> 63) & 0x3F800000);

    /// <summary>Drawings are mostly black: eight pixels are passed over at once.</summary>
    private static bool IsBlack(ReadOnlySpan<byte> bytes, int start)
        => start + Block <= bytes.Length && BinaryPrimitives.ReadUInt64LittleEndian(bytes[start..]) == 0;

    private static void DrawFloats(ReadOnlySpan<float> grey, ulong key, Span<float> image)
    {
        for (var k = 0; k < image.Length; k++)
        {
            var bits = CounterRandom.At(key, ((uint)k >> 1) + 1UL);
            var uniform = (k & 1) == 0 ? (uint)bits : (uint)(bits >> 32);
            image[k] = OneBelow(uniform, Intensities.Bound(grey[k]));
        }
    }
}

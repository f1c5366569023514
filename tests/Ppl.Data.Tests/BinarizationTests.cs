namespace Ppl.Data.Tests;

/// <summary>
/// The statistics below are standardised sums, normal to a very good approximation; |z| &lt; 5 is left by a right program with
/// probability 6e-7. Seeds are fixed, so that a test that passes once passes always.
/// </summary>
public sealed class BinarizationTests
{
    private const int Size = 16;
    private static readonly ImageSet Ramp = new("ramp", "test", Size, Size, MakeRamp(200));

    [Fact]
    public void Draws_have_the_probability_of_the_intensity_level_by_level()
    {
        foreach (var how in new[] { Binarization.Dynamic, Binarization.Fixed(3) })
        {
            var ones = new double[256];
            var all = new double[256];
            for (var epoch = 0; epoch < 20; epoch++)
            {
                // Fixed draws are the same in all epochs: one epoch is all the evidence there is.
                Count(Ramp, Fill(Ramp, how, new DrawKey(7, epoch)), ones, all);
                if (how != Binarization.Dynamic) break;
            }

            Assert.Equal((0, all[255]), (ones[0], ones[255]));
            for (var level = 1; level < 255; level++)
            {
                var p = level / 255.0;
                var z = (ones[level] - (all[level] * p)) / Math.Sqrt(all[level] * p * (1 - p));
                Assert.InRange(z, -5, 5);
            }
        }
    }

    [Fact]
    public void Dynamic_draws_are_fresh_in_each_epoch_and_fixed_ones_stay()
    {
        Assert.NotEqual(Fill(Ramp, Binarization.Dynamic, new(1, 0)), Fill(Ramp, Binarization.Dynamic, new(1, 1)));
        Assert.NotEqual(Fill(Ramp, Binarization.Dynamic, new(1, 0)), Fill(Ramp, Binarization.Dynamic, new(2, 0)));
        Assert.Equal(Fill(Ramp, Binarization.Dynamic, new(1, 0)), Fill(Ramp, Binarization.Dynamic, new(1, 0)));
        Assert.Equal(Fill(Ramp, Binarization.Fixed(4), new(1, 0)), Fill(Ramp, Binarization.Fixed(4), new(2, 9)));
        Assert.NotEqual(Fill(Ramp, Binarization.Fixed(4), new(1, 0)), Fill(Ramp, Binarization.Fixed(5), new(1, 0)));
    }

    [Fact]
    public void Draws_of_different_epochs_pixels_and_images_are_uncorrelated()
    {
        // Products of standardised neighbours have mean 0 and variance 1 under independence.
        var images = new ImageSet("half", "test", Size, Size, Enumerable.Repeat((byte)102, 400 * Size * Size).ToArray());
        var (first, second) = (Fill(images, Binarization.Dynamic, new(1, 0)), Fill(images, Binarization.Dynamic, new(1, 1)));
        foreach (var (left, right) in new[]
            {
                (first, second), (first[1..], first[..^1]), (first[2..], first[..^2]), (first[(Size * Size)..], first[..^(Size * Size)]),
            })
        {
            var sum = 0.0;
            for (var k = 0; k < left.Length; k++) sum += (left[k] - 0.4) * (right[k] - 0.4) / (0.4 * 0.6);

            Assert.InRange(sum / Math.Sqrt(left.Length), -5, 5);
        }
    }

    [Fact]
    public void A_draw_depends_on_the_row_and_not_on_the_batch()
    {
        foreach (var how in new[] { Binarization.Dynamic, Binarization.Fixed(0) })
        {
            var together = Fill(Ramp, how, new(5, 2));
            var alone = new float[Ramp.PixelsPerImage];
            PixelSource.Fill(Ramp, how, new(5, 2), [17], alone);
            Assert.Equal(together.AsSpan(17 * alone.Length, alone.Length).ToArray(), alone);
        }
    }

    [Fact]
    public void Float_images_are_drawn_as_byte_images_are()
    {
        var floats = new ImageSet("floats", "test", Size, Size, Fill(Ramp, Binarization.None, default));
        Assert.Equal(Fill(Ramp, Binarization.Dynamic, new(1, 0)), Fill(floats, Binarization.Dynamic, new(1, 0)));
    }

    [Fact]
    public void Images_whose_size_is_no_multiple_of_eight_are_drawn_to_their_end()
    {
        var images = new ImageSet("white", "test", 3, 5, Enumerable.Repeat((byte)1, 30).ToArray(), white: 1);
        foreach (var how in new[] { Binarization.None, Binarization.Dynamic, Binarization.Fixed(0), Binarization.Threshold() })
            Assert.All(Fill(images, how, default), pixel => Assert.Equal(1, pixel));
    }

    [Fact]
    public void A_threshold_is_strict()
    {
        var images = new ImageSet("t", "test", 1, 3, new[] { 0.49f, 0.5f, 0.51f });
        Assert.Equal([0f, 0f, 1f], Fill(images, Binarization.Threshold(), default));
        Assert.Throws<ArgumentOutOfRangeException>(() => Binarization.Threshold(1));
    }

    [Fact]
    public void Names_say_what_was_done()
    {
        Assert.Equal("grey", Binarization.None.Name);
        Assert.Equal("binarized dynamically", Binarization.Dynamic.Name);
        Assert.Equal("binarized once (seed 0)", Binarization.Fixed(0).Name);
        Assert.Equal("binarized at 0.5", $"{Binarization.Threshold()}");
    }

    private static byte[] MakeRamp(int count)
    {
        // Each image has all 256 levels, at places that differ from image to image.
        var pixels = new byte[count * Size * Size];
        for (var k = 0; k < pixels.Length; k++) pixels[k] = (byte)((k * 37) + (k / (Size * Size) * 11));

        return pixels;
    }

    private static float[] Fill(ImageSet images, Binarization how, DrawKey key)
    {
        var values = new float[images.Count * images.PixelsPerImage];
        PixelSource.Fill(images, how, key, [.. Enumerable.Range(0, images.Count)], values);
        return values;
    }

    private static void Count(ImageSet images, float[] drawn, double[] ones, double[] all)
    {
        for (var row = 0; row < images.Count; row++)
        {
            var bytes = images.ByteRow(row);
            for (var k = 0; k < bytes.Length; k++)
            {
                ones[bytes[k]] += drawn[(row * bytes.Length) + k];
                all[bytes[k]]++;
            }
        }
    }
}

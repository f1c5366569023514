namespace Ppl.Data.Tests;

public sealed class DrawnTests
{
    [Fact]
    public void Digits_are_named_as_drawn_and_labelled()
    {
        var digits = DrawnDigits.Make(2000, seed: 4);
        Assert.Equal(("drawn digits", true, 2000, 28, 28), (digits.Name, digits.IsDrawn, digits.Count, digits.Height, digits.Width));
        Assert.DoesNotContain("MNIST", digits.Origin + digits.Grey().Name + digits.Binarized().Name, StringComparison.OrdinalIgnoreCase);

        // Each count is binomial(2000, 0.1), with standard deviation 13.4; 5 of them are left with probability 6e-7.
        Assert.All(Enumerable.Range(0, 10), digit => Assert.InRange(digits.Label("digit").Classes.Count(digit), 133, 267));
    }

    [Fact]
    public void A_digit_is_a_function_of_seed_and_index()
    {
        var (few, many) = (DrawnDigits.Make(10, seed: 4), DrawnDigits.Make(300, seed: 4));
        for (var row = 0; row < 10; row++)
        {
            Assert.Equal(few.Image(row), many.Image(row));
            Assert.Equal(few.Labels[0][row], many.Labels[0][row]);
        }

        Assert.NotEqual(few.Image(0), DrawnDigits.Make(1, seed: 5).Image(0));
    }

    [Fact]
    public void Digits_have_black_borders_some_ink_and_grey_edges()
    {
        var digits = DrawnDigits.Make(500, seed: 6);
        for (var row = 0; row < digits.Count; row++)
        {
            var image = digits.Image(row);
            Assert.All(Enumerable.Range(0, 28), k => Assert.Equal(0, image[k] + image[(27 * 28) + k] + image[28 * k] + image[(28 * k) + 27]));
            Assert.InRange(image.Average(), 0.02, 0.4);
            Assert.Contains(image, pixel => pixel is > 0.1f and < 0.9f);
        }
    }

    [Fact]
    public void Digits_of_one_class_are_more_alike_than_those_of_two()
    {
        // The nearest of 1,500 others has the same label for most digits: what a label says can be seen in the image.
        var digits = DrawnDigits.Make(1600, seed: 8);
        var images = Enumerable.Range(0, digits.Count).Select(digits.Image).ToArray();
        var right = 0;
        for (var row = 1500; row < 1600; row++)
        {
            var nearest = Enumerable.Range(0, 1500).MinBy(other => Distance(images[row], images[other]));
            right += digits.Labels[0][nearest] == digits.Labels[0][row] ? 1 : 0;
        }

        Assert.InRange(right, 80, 100);
    }

    [Fact]
    public void Training_and_test_digits_differ()
    {
        var (train, test) = (DrawnDigits.Make(200, 1), DrawnDigits.Make(200, 2));
        Assert.All(Enumerable.Range(0, 200), row => Assert.NotEqual(train.Image(row), test.Image(row)));
    }

    [Fact]
    public void The_grid_of_sprites_has_each_combination_once_and_in_order()
    {
        var factors = new SpriteFactors(Size: 28, Scales: 2, Orientations: 3, Positions: 4);
        var sprites = DrawnSprites.Grid(factors);
        Assert.Equal(3 * 2 * 3 * 4 * 4, sprites.Count);
        Assert.Equal(["shape", "scale", "orientation", "x", "y"], sprites.Labels.Select(label => label.Name));
        for (var row = 0; row < sprites.Count; row++)
        {
            var code = sprites.Labels.Aggregate(0, (code, label) => (code * label.ClassCount) + label[row]);
            Assert.Equal(row, code);
        }
    }

    [Fact]
    public void Sprites_are_where_and_as_large_as_their_factors_say()
    {
        var sprites = DrawnSprites.Make(200, seed: 3);
        for (var row = 0; row < sprites.Count; row++)
        {
            var image = sprites.Image(row);
            double area = image.Sum(), x = 0, y = 0;
            for (var k = 0; k < image.Length; k++)
            {
                Assert.True(image[k] is 0 or 1);
                x += image[k] * ((k % 64) + 0.5) / area;
                y += image[k] * ((k / 64) + 0.5) / area;
            }

            // All shapes have the same area at the same scale; the heart's centre of mass is not its origin.
            var scale = Value(sprites, "scale", row);
            Assert.InRange(area / (256 * scale * scale), 0.85, 1.15);
            Assert.InRange(x - (64 * (0.2 + (0.6 * Value(sprites, "x", row)))), -2.5, 2.5);
            Assert.InRange(y - (64 * (0.2 + (0.6 * Value(sprites, "y", row)))), -2.5, 2.5);
        }
    }

    [Fact]
    public void No_sprite_is_cut_off()
    {
        // Whatever the orientation, all positions show the same number of pixels up to the raster.
        foreach (var extent in new[] { 0.2, 0.3, 0.5 })
        {
            var sprites = DrawnSprites.Grid(new SpriteFactors(Size: 64, Scales: 1, Orientations: 8, Positions: 2, Extent: extent));
            var areas = Enumerable.Range(0, sprites.Count).Select(row => sprites.Image(row).Sum()).ToArray();
            Assert.All(areas, area => Assert.InRange(area / Math.Pow(64 * 1.25 * extent, 2), 0.93, 1.07));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => DrawnSprites.Make(1, factors: new SpriteFactors(Extent: 0.6)));
        Assert.Throws<ArgumentOutOfRangeException>(() => DrawnSprites.Make(1, factors: new SpriteFactors(Size: 4)));
    }

    [Fact]
    public void Sprites_are_a_function_of_seed_and_index()
    {
        var (few, many) = (DrawnSprites.Make(5, 9), DrawnSprites.Make(50, 9));
        Assert.All(Enumerable.Range(0, 5), row => Assert.Equal(few.Image(row), many.Image(row)));
        Assert.Equal(("drawn sprites", true), (few.Name, few.IsDrawn));
    }

    private static double Value(ImageSet images, string label, int row) => images.Label(label).ClassValues![images.Label(label)[row]];

    private static double Distance(float[] left, float[] right)
    {
        var sum = 0.0;
        for (var k = 0; k < left.Length; k++) sum += (left[k] - right[k]) * (left[k] - right[k]);

        return sum;
    }
}

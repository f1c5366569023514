namespace Ppl.Data.Tests;

public sealed class ImageSetTests
{
    private static readonly byte[] Pixels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

    [Fact]
    public void Bytes_become_intensities()
    {
        var images = Make();
        Assert.Equal((3, 1, 2, 2, 4), (images.Count, images.Channels, images.Height, images.Width, images.PixelsPerImage));
        Assert.Equal([4 / 11f, 5 / 11f, 6 / 11f, 7 / 11f], images.Image(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Image(3));
    }

    [Fact]
    public void Parts_carry_pixels_and_labels()
    {
        var images = Make();
        Assert.Equal([2, 0], images.Subset([2, 0]).Label("kind").Classes.ToArray());
        Assert.Equal(images.Image(2), images.Subset([2, 0]).Image(0));
        var (first, second) = images.Split(1);
        Assert.Equal((1, 2), (first.Count, second.Count));
        Assert.Equal(images.Image(1), second.Image(0));
        Assert.Equal([1, 2], second.Label("kind").Classes.ToArray());
        Assert.Equal(0, images.Take(0).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Take(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Subset([0, 3]));
    }

    [Fact]
    public void Floats_are_kept_as_they_are()
    {
        var images = new ImageSet("f", "test", 1, 2, new[] { 0f, 0.25f, 0.5f, 1f });
        Assert.Equal([0.5f, 1f], images.Subset([1]).Image(0));
        Assert.Equal([0f, 0.25f], images.Take(1).Image(0));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        AssertMessage("12 pixels are no whole number of 1 x 5 x 1 images", () => new ImageSet("n", "o", 5, 1, Pixels));
        AssertMessage("pixel 9: expected 0 to 8, found 9", () => new ImageSet("n", "o", 2, 2, Pixels, white: 8));
        AssertMessage("pixel 1: expected 0 to 1, found NaN", () => new ImageSet("n", "o", 1, 2, new[] { 0, float.NaN }));
        AssertMessage("label \"kind\": expected 3 values, found 2", () => new ImageSet("n", "o", 2, 2, Pixels, labels: [new("kind", [0, 1], 2)]));
        AssertMessage("kind of image 1: expected 0 to 1, found 2", () => new LabelColumn("kind", [0, 2], 2));
        AssertMessage("expected 2 class values, found 1", () => new LabelColumn("kind", [0, 1], 2, [0.5]));
        AssertMessage("toy has no label \"colour\"; it has kind", () => Make().Label("colour"));
    }

    private static ImageSet Make() => new("toy", "test", 2, 2, Pixels, white: 11, labels: [new("kind", [0, 1, 2], 3)]);

    private static void AssertMessage(string message, Func<object> action)
        => Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}

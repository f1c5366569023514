using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Reporting.Tests.Pictures;

public sealed class PictureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_grid_has_each_pixel_magnified_in_its_place()
    {
        var picture = new PictureGrid(2, 2) { Magnification = 3, Padding = 1 }
            .AddRow(null, [0, 1, 1, 0, 1, 1, 1, 1])
            .AddRow(null, [0, 0, 0, 0])
            .Render();
        Assert.Equal((10 + 6 + 1 + 6 + 10, 10 + 6 + 1 + 6 + 10), (picture.Width, picture.Height));
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                var first = x is >= 10 and < 16 && y is >= 10 and < 16 && ((x < 13) == (y < 13));
                var third = x is >= 10 and < 16 && y is >= 17 and < 23;
                Assert.Equal(first || third ? Rgb.Black : Rgb.White, picture[x, y]);
            }
        }
    }

    [Fact]
    public void Intensities_outside_are_cut_off_and_NaN_is_red()
    {
        var picture = new PictureGrid(1, 3) { Magnification = 1 }.AddRow(null, [-1, 2, float.NaN]).Render();
        Assert.Equal((Rgb.Black, Rgb.White, new Rgb(255, 0, 0)), (picture[10, 10], picture[11, 10], picture[12, 10]));
    }

    [Fact]
    public void Colour_images_are_stored_channel_by_channel()
    {
        var picture = new PictureGrid(1, 2, channels: 3) { Magnification = 1 }.AddRow(null, [1, 0, 0, 0, 0, 1]).Render();
        Assert.Equal((new Rgb(255, 0, 0), new Rgb(0, 0, 255)), (picture[10, 10], picture[11, 10]));
    }

    [Fact]
    public void Captions_and_titles_take_room_and_ink()
    {
        var plain = new PictureGrid(8, 8).AddRow(null, new float[64]).Render();
        var told = new PictureGrid(8, 8) { Title = "a long title over a small grid" }.AddRow("data", new float[64]).Render();
        Assert.True(told.Width > plain.Width && told.Height > plain.Height);
        Assert.True(Ink(told) > Ink(plain) + 200);
    }

    [Fact]
    public void Tensors_fill_rows()
    {
        using var scope = NewDisposeScope();
        var grid = new PictureGrid(2, 2).AddRows(zeros(5, 1, 2, 2, dtype: ScalarType.Float64), columns: 2).AddRow("t", ones(2, 4));
        Assert.Equal(4, grid.RowCount);
        Assert.StartsWith(
            "expected a multiple of 1 x 2 x 2 = 4 pixels, found 5",
            Assert.Throws<ArgumentException>(() => grid.AddRow(null, ones(5))).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new PictureGrid(2, 2).Render());
    }

    [Fact]
    public void A_grid_of_drawn_images_says_that_they_are_drawn()
    {
        var grid = PictureGrid.Of(DrawnDigits.Make(7), rowCount: 3, columnCount: 4);
        Assert.Equal(("drawn digits", 2), (grid.Title, grid.RowCount));
        grid.Save(folder.File("grid.png"));
        Assert.Equal(1, PngDecoder.Decode(File.ReadAllBytes(folder.File("grid.png"))).Channels);
    }

    [Fact]
    public void A_chart_draws_its_curves_where_their_values_are()
    {
        // A flat curve at the middle of fixed axes is a horizontal line at the middle of the frame.
        var chart = new LineChart { Width = 400, Height = 300, YLow = 0, YHigh = 2 }.Add("flat", [0, 1], [1, 1]).Render();
        var blue = Rgb.Palette[0];
        var rows = Enumerable.Range(0, 300).Where(y => Enumerable.Range(0, 400).Count(x => chart[x, y] == blue) > 250).ToArray();
        Assert.InRange(rows.Length, 1, 2);

        // The frame runs from row 18 to 300 − 14 − 10.5 − 10 = 265.5; 1 of 0 to 2 is halfway.
        Assert.InRange(rows.Average(), 140, 143);
    }

    /// <summary>Points have no line between them, and the size that was asked for.</summary>
    [Fact]
    public void Points_of_a_scatter_plot_stand_alone()
    {
        LineChart Chart() => new() { Width = 400, Height = 300, YLow = 0, YHigh = 2 };
        var (left, right) = (Rgb.Palette[0], Rgb.Palette[1]);
        var chart = Chart().AddPoints("", [0, 1], [1, 1], left, size: 8).Render();
        var line = Chart().Add("", [0, 1], [1, 1], right).Render();
        int Count(Picture picture, Rgb colour) => Enumerable.Range(0, 400 * 300).Count(k => picture[k % 400, k / 400] == colour);
        Assert.InRange(Count(chart, left), 2 * 30, 2 * 60);     // two circles of radius 4, without their blurred rims
        Assert.True(Count(line, right) > 250);
        Assert.NotEqual(left, chart[230, 142]);
        Assert.Throws<ArgumentException>(() => Chart().AddPoints("b", [1, 2], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Chart().AddPoints("b", [1], [1], size: 0));
    }

    [Fact]
    public void Gaps_fixed_axes_and_empty_charts_are_drawn()
    {
        var chart = new LineChart { Title = "t", XLabel = "x", YLabel = "y", YLow = -1, YHigh = 1 };
        chart.Add("a", [0, 1, 2, 3, 4], [double.NaN, 0, double.PositiveInfinity, 1e300, -1e300], markers: true);
        chart.Add("lonely", [1], [0.5]);
        chart.Save(folder.File("chart.png"));
        var (width, height, channels, pixels) = PngDecoder.Decode(File.ReadAllBytes(folder.File("chart.png")));
        Assert.Equal((860, 500, 3), (width, height, channels));
        Assert.Contains(Enumerable.Range(0, width * height), k => new Rgb(pixels[3 * k], pixels[(3 * k) + 1], pixels[(3 * k) + 2]) == Rgb.Palette[1]);
        Assert.True(Ink(new LineChart().Render()) > 0);
        Assert.Throws<ArgumentException>(() => chart.Add("b", [1, 2], [1]));
        Assert.Throws<ArgumentException>(() => chart.Add("b", [double.NaN], [1]));
    }

    [Theory]
    [InlineData(0, 10, "0 2 4 6 8 10")]
    [InlineData(-165.2, -98.7, "−160 −150 −140 −130 −120 −110 −100")]
    [InlineData(-0.0002, 0.0001, "−0.00020 −0.00015 −0.00010 −0.00005 0.00000 0.00005 0.00010")]
    [InlineData(0.5, 0.75, "0.50 0.55 0.60 0.65 0.70 0.75")]
    [InlineData(0, 3e8, "0e0 5e7 1e8 1.5e8 2e8 2.5e8 3e8")]
    public void Ticks_are_round_numbers(double low, double high, string labels)
        => Assert.Equal(labels, string.Join(' ', AxisTicks.Between(low, high, 6).Labels));

    [Fact]
    public void The_font_has_all_printable_ascii_and_widths_add_up()
    {
        for (var letter = ' '; letter <= '~'; letter++)
        {
            Assert.True(StrokeFont.Has(letter), $"no glyph for {letter}");
            Assert.Equal(letter == ' ', StrokeFont.Layout(letter.ToString(), 12).Count == 0);
        }

        Assert.True(StrokeFont.Width("nats", 12) > StrokeFont.Width("nat", 12));
        Assert.All(
            StrokeFont.Layout("Reconstruction, epoch 10", 12).SelectMany(stroke => stroke),
            point => Assert.InRange(point.X, -1, StrokeFont.Width("Reconstruction, epoch 10", 12) + 1));
        Assert.Equal(0, StrokeFont.Width(string.Empty, 12));
    }

    private static int Ink(Picture picture)
    {
        var count = 0;
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++) count += picture[x, y] != Rgb.White ? 1 : 0;
        }

        return count;
    }
}

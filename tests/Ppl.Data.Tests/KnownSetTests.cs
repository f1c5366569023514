namespace Ppl.Data.Tests;

public sealed class KnownSetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [FactWhenData("mnist")]
    public void MNIST_is_what_it_should_be()
    {
        var (train, test) = (Mnist.Train(), Mnist.Test());
        Assert.Equal((60_000, 1, 28, 28, false), (train.Count, train.Channels, train.Height, train.Width, train.IsDrawn));
        Assert.Equal("MNIST train", train.Name);
        Assert.Equal(10_000, test.Count);

        // Published facts: the first labels of each part, the counts of the digits, the mean pixel of 0.1307.
        Assert.Equal([5, 0, 4, 1, 9, 2, 1, 3, 1, 4], train.Label("digit").Classes[..10].ToArray());
        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], test.Label("digit").Classes[..10].ToArray());
        Assert.Equal(
            [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
            Enumerable.Range(0, 10).Select(digit => train.Label("digit").Classes.Count(digit)));
        Assert.Equal(0.1307, Mean(train), 4);
    }

    [FactWhenData("binarized-mnist")]
    public void Binarized_MNIST_has_its_known_fractions_of_ones()
    {
        Assert.Equal((50_000, 10_000, 10_000), (BinarizedMnist.Train().Count, BinarizedMnist.Validation().Count, BinarizedMnist.Test().Count));
        Assert.Equal(0.13251, Mean(BinarizedMnist.Test()), 5);
        Assert.All(BinarizedMnist.Test().Image(0), pixel => Assert.True(pixel is 0 or 1));
    }

    [FactWhenData("omniglot28")]
    public void OMNIGLOT_has_its_drawers_apart()
    {
        var (train, test) = (Omniglot28.Train(), Omniglot28.Test());
        Assert.Equal((24_345, 8_115), (train.Count, test.Count));
        Assert.Equal(["character", "alphabet", "number", "drawer"], train.Labels.Select(label => label.Name));
        Assert.Equal(14, train.Label("drawer").Classes.ToArray().Max());
        Assert.Equal(15, test.Label("drawer").Classes.ToArray().Min());
        Assert.Equal(1623, train.Label("character").Classes.ToArray().Distinct().Count());
    }

    [FactWhenData("optdigits")]
    public void The_csv_and_the_idx_of_optdigits_agree()
    {
        var images = OptDigits.Test();
        var table = CsvTable.Read(Path.Combine(Path.GetDirectoryName(images.Origin)!, "optdigits.tes.csv"));
        Assert.Equal(images.Count, table.RowCount);
        for (var row = 0; row < images.Count; row += 97)
        {
            var image = images.Image(row);
            Assert.All(Enumerable.Range(0, 64), k => Assert.Equal((float)(table[row, k] / 16), image[k]));
            Assert.Equal(table[row, 64], images.Labels[0][row]);
        }
    }

    [FactWhenData("frey-faces")]
    public void Frey_faces_are_28_by_20()
        => Assert.Equal((1965, 28, 20), (FreyFaces.All().Count, FreyFaces.All().Height, FreyFaces.All().Width));

    [FactWhenData("dsprites")]
    public void The_dSprites_grid_has_each_combination_once()
    {
        var grid = DSprites.Grid();
        Assert.Equal(["shape", "scale", "orientation", "x", "y"], grid.Labels.Select(label => label.Name));
        var combinations = Enumerable.Range(0, grid.Count)
            .Select(row => grid.Labels.Aggregate(0L, (code, label) => (code * 100) + label[row]));
        Assert.Equal(46_080, combinations.Distinct().Count());
        Assert.Equal(1, grid.Label("scale").ClassValues![^1]);
        Assert.Equal(20_000, DSprites.Random().Count);
    }

    [Fact]
    public void A_set_that_is_nowhere_says_where_it_was_looked_for()
    {
        var fault = Assert.Throws<DataFileException>(() => Mnist.Train(folder.Path));
        Assert.Equal(
            $"mnist/train-images-idx3-ubyte.gz: MNIST train not found; looked in {folder.Path}. "
            + "Name the folder that has it, or ask for the download where there is internet.",
            fault.Message);
        var missing = folder.File("no");
        Assert.Equal($"{missing}: the data folder does not exist", Assert.Throws<DataFileException>(() => Mnist.Train(missing)).Message);
        Assert.Throws<DataFileException>(() => DataFolder.Resolve(missing));
        Assert.Equal(folder.Path, DataFolder.Resolve(folder.Path));
        Assert.Null(DataFolder.Containing("mnist", folder.Path));
        Directory.CreateDirectory(folder.File("mnist"));
        Assert.Equal(folder.Path, DataFolder.Containing("mnist", folder.Path));
    }

    [Fact]
    public void Files_are_found_in_the_sets_folder_or_in_the_folder_itself_gzipped_or_plain()
    {
        Write("frey-faces/frey-images-idx3-ubyte.gz", new byte[1965 * 560], 1965, 28, 20);
        Assert.Equal(1965, FreyFaces.All(folder.Path).Count);
        Assert.Equal(1965, FreyFaces.All(folder.File("frey-faces")).Count);
        File.Delete(folder.File("frey-faces/frey-images-idx3-ubyte.gz"));
        Write("frey-images-idx3-ubyte", new byte[1965 * 560], 1965, 28, 20);
        Assert.Equal(folder.File("frey-images-idx3-ubyte"), FreyFaces.All(folder.Path).Origin);
    }

    [Fact]
    public void Another_count_or_type_or_range_is_named()
    {
        var images = Write("optdigits/test-images-idx3-ubyte.gz", new byte[1796 * 64], 1796, 8, 8);
        AssertProblem($"{images}: dimensions: expected 1797 x 8 x 8 for optdigits test, found 1796 x 8 x 8");

        IdxFile.Write(images, new IdxArray(new short[1797 * 64], 1797, 8, 8));
        AssertProblem($"{images}: type: expected UnsignedByte for optdigits test, found Int16");

        var pixels = new byte[1797 * 64];
        pixels[(64 * 5) + 3] = 17;
        Write("optdigits/test-images-idx3-ubyte.gz", pixels, 1797, 8, 8);
        AssertProblem($"{images}: pixel 3 of image 5: expected 0 to 16, found 17");

        Write("optdigits/test-images-idx3-ubyte.gz", new byte[1797 * 64], 1797, 8, 8);
        AssertProblem(
            "optdigits/test-labels-idx1-ubyte.gz: optdigits test not found; looked in "
            + $"{Path.GetDirectoryName(images)}. Name the folder that has it.");

        var classes = new byte[1797];
        classes[9] = 10;
        var labels = Write("optdigits/test-labels-idx1-ubyte.gz", classes, 1797);
        AssertProblem($"{labels}: digit of image 9: expected 0 to 9, found 10");

        Write("optdigits/test-labels-idx1-ubyte.gz", new byte[1796], 1796);
        AssertProblem($"{labels}: dimensions: expected 1797 for optdigits test labels, found 1796");
    }

    private static double Mean(ImageSet images)
        => Enumerable.Range(0, images.Count).Average(row => images.Image(row).Average(pixel => (double)pixel));

    private string Write(string name, byte[] values, params ReadOnlySpan<int> dimensions)
    {
        var path = folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        IdxFile.Write(path, new IdxArray(values, dimensions));
        return path;
    }

    private void AssertProblem(string message)
        => Assert.Equal(message, Assert.Throws<DataFileException>(() => OptDigits.Test(folder.Path)).Message);
}

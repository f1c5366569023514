namespace Ppl.Data;

/// <summary>One image file of a known data set, with everything that is known about it beforehand.</summary>
/// <param name="Set">The set's name, such as "MNIST train".</param>
/// <param name="Folder">Its folder below a data folder.</param>
/// <param name="File">The image file, gzipped IDX.</param>
/// <param name="Count">The number of images.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="White">The byte of intensity 1.</param>
internal sealed record KnownImages(string Set, string Folder, string File, int Count, int Height, int Width, int White)
{
    /// <summary>The advice where a set can be downloaded.</summary>
    public const string DownloadAdvice = "Name the folder that has it, or ask for the download where there is internet.";

    /// <summary>What a user can do when the files are not there.</summary>
    public string Advice { get; init; } = "Name the folder that has it.";

    /// <summary>Finds a file of this set.</summary>
    public string Find(string file, string? option) => DataFolder.Find(Set, Folder, file, option, Advice);

    /// <summary>Reads the images and checks count, size and the range of the pixels.</summary>
    public ImageSet Read(string? option, Func<string, IReadOnlyList<LabelColumn>>? labels = null)
    {
        var path = Find(File, option);
        var array = Expect(path, IdxFile.Read(path), IdxType.UnsignedByte, Set, Count, Height, Width);
        var pixels = array.As<byte>();
        var bad = White == 255 ? -1 : pixels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)White);
        if (bad >= 0)
        {
            var image = bad / (Height * Width);
            throw new DataFileException(path, $"pixel {bad % (Height * Width)} of image {image}: expected 0 to {White}, found {pixels[bad]}");
        }

        return new ImageSet(Set, path, Height, Width, pixels, White, labels?.Invoke(path));
    }

    /// <summary>Reads a file of one class for each image.</summary>
    public LabelColumn ReadLabels(string file, string name, int classes, string? option)
    {
        var path = Find(file, option);
        var array = Expect(path, IdxFile.Read(path), IdxType.UnsignedByte, $"{Set} labels", Count);
        return Column(path, name, array.ToInt32(), classes);
    }

    /// <summary>Reads a file of several classes for each image, one row an image.</summary>
    public LabelColumn[] ReadFactors(
        string file, IdxType type, string? option, params ReadOnlySpan<(string Name, int First, int Classes, double[]? Values)> factors)
    {
        var path = Find(file, option);
        var all = Expect(path, IdxFile.Read(path), type, $"{Set} labels", Count, factors.Length).ToInt32();
        var columns = new LabelColumn[factors.Length];
        for (var k = 0; k < factors.Length; k++)
        {
            var classes = new int[Count];
            for (var row = 0; row < Count; row++) classes[row] = all[(row * factors.Length) + k];

            columns[k] = Column(path, factors[k].Name, classes, factors[k].Classes, factors[k].First, factors[k].Values);
        }

        return columns;
    }

    private static LabelColumn Column(string path, string name, int[] found, int classes, int first = 0, double[]? values = null)
    {
        for (var row = 0; row < found.Length; row++)
        {
            if (found[row] < first || found[row] >= first + classes)
                throw new DataFileException(path, $"{name} of image {row}: expected {first} to {first + classes - 1}, found {found[row]}");

            found[row] -= first;
        }

        return new LabelColumn(name, found, classes, values);
    }

    private static IdxArray Expect(string path, IdxArray array, IdxType type, string what, params ReadOnlySpan<int> dimensions)
    {
        if (array.Type != type) throw new DataFileException(path, $"type: expected {type} for {what}, found {array.Type}");

        var found = array.Dimensions.ToArray();
        return dimensions.SequenceEqual(found)
            ? array
            : throw new DataFileException(path, $"dimensions: expected {IdxFile.Shape(dimensions)} for {what}, found {IdxFile.Shape(found)}");
    }
}

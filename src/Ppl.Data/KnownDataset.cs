namespace Ppl.Data;

/// <summary>An image data set by name, with its training and its test part.</summary>
/// <param name="Name">The name that programs take, such as "mnist".</param>
/// <param name="Title">The name that results show, such as "MNIST".</param>
/// <param name="Train">Reads or draws the training part; the argument is the data folder or null.</param>
/// <param name="Test">Reads or draws the test part; the argument is the data folder or null.</param>
/// <param name="Remote">Where it can be downloaded; null where it cannot.</param>
public sealed record KnownDataset(
    string Name, string Title, Func<string?, ImageSet> Train, Func<string?, ImageSet> Test, RemoteSet? Remote = null)
{
    /// <summary>The sets that programs take by name; the first needs no files.</summary>
    public static IReadOnlyList<KnownDataset> All { get; } =
    [
        new("drawn-digits", "drawn digits", _ => DrawnDigits.Train(), _ => DrawnDigits.Test()),
        new("drawn-sprites", "drawn sprites", _ => Sprites(20_000, 1), _ => Sprites(5_000, 2)),
        new("mnist", "MNIST", Mnist.Train, Mnist.Test, Mnist.Remote),
        new("binarized-mnist", "binarized MNIST", BinarizedMnist.Train, BinarizedMnist.Test, BinarizedMnist.Remote),
        new("omniglot", "OMNIGLOT 28x28", Omniglot28.Train, Omniglot28.Test, Omniglot28.Remote),
        new("fashion-mnist", "Fashion-MNIST", FashionMnist.Train, FashionMnist.Test, FashionMnist.Remote),
    ];

    /// <summary>A set by its name.</summary>
    /// <param name="name">One of the names in <see cref="All"/>; case does not matter.</param>
    /// <exception cref="ArgumentException">There is no such set; the message lists those that there are.</exception>
    public static KnownDataset Find(string name)
        => All.FirstOrDefault(set => string.Equals(set.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"no data set \"{name}\"; there are {string.Join(", ", All.Select(set => set.Name))}", nameof(name));

    /// <summary>The title.</summary>
    public override string ToString() => Title;

    /// <summary>Downloads the set, on explicit request, to where it is looked for.</summary>
    /// <param name="folder">The data folder; null for the default.</param>
    /// <param name="report">Told in one line what happens to each file; may be null.</param>
    /// <param name="handler">What answers the requests; null for the network.</param>
    /// <param name="cancel">Stops the download.</param>
    /// <exception cref="DataFileException">The set has no download, or the download failed.</exception>
    public async Task DownloadAsync(
        string? folder = null, Action<string>? report = null, HttpMessageHandler? handler = null, CancellationToken cancel = default)
    {
        if (Remote is null) throw new DataFileException(Title, "this set is drawn by the program: there is nothing to download");

        using var download = new DataDownload(handler);
        await download.FetchAsync(Remote, DataFolder.ForDownloads(folder), report, cancel).ConfigureAwait(false);
    }

    private static ImageSet Sprites(int count, long seed) =>
        DrawnSprites.Make(count, seed, new SpriteFactors(Size: 28, Orientations: 40, Extent: 0.3));
}

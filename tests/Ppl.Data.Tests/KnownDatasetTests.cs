using System.Net;

namespace Ppl.Data.Tests;

public sealed class KnownDatasetTests
{
    [Fact]
    public void Sets_are_found_by_name_and_unknown_ones_named()
    {
        Assert.Equal("MNIST", KnownDataset.Find("Mnist").Title);
        Assert.Equal(
            "no data set \"mnits\"; there are drawn-digits, drawn-sprites, mnist, binarized-mnist, omniglot, fashion-mnist (Parameter 'name')",
            Assert.Throws<ArgumentException>(() => KnownDataset.Find("mnits")).Message);
    }

    [Fact]
    public void The_first_set_needs_no_files()
    {
        var set = KnownDataset.All[0];
        var (train, test) = (set.Train(null), set.Test(null));
        Assert.Equal((60_000, 10_000, "drawn digits", true), (train.Count, test.Count, train.Name, train.IsDrawn));
    }

    [Fact]
    public async Task A_download_goes_to_the_sets_folder_and_its_faults_are_named()
    {
        using var folder = new TemporaryFolder();
        using var handler = new NotFound();
        var fault = await Assert.ThrowsAsync<DataFileException>(() => KnownDataset.Find("fashion-mnist").DownloadAsync(folder.Path, handler: handler));
        Assert.Equal(Path.Combine(folder.Path, "fashion-mnist", "train-images-idx3-ubyte.gz"), fault.File);
        Assert.Contains(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz: expected HTTP status 200, found 404",
            fault.Problem,
            StringComparison.Ordinal);
        Assert.Contains(
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/train-images-idx3-ubyte.gz: ",
            fault.Problem,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_without_a_download_says_so()
        => Assert.Equal(
            "drawn digits: this set is drawn by the program: there is nothing to download",
            (await Assert.ThrowsAsync<DataFileException>(() => KnownDataset.Find("drawn-digits").DownloadAsync())).Message);

    private sealed class NotFound : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
    }
}

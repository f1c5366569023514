using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Ppl.Data.Tests;

public sealed class ConvertedDownloadTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_is_downloaded_is_converted_and_removed()
    {
        var told = new List<string>();
        var set = Set((downloads, target) => File.Copy(Path.Combine(downloads, "a.txt"), Path.Combine(target, "a.bin")));
        using var download = new DataDownload(new Hello());
        await download.FetchAsync(set, folder.Path, told.Add);
        Assert.Equal("hello", File.ReadAllText(folder.File("toy/a.bin")));
        Assert.Single(Directory.GetFileSystemEntries(folder.File("toy")));
        Assert.Equal($"{folder.File("toy")}: made a.bin", told[^1]);

        await download.FetchAsync(set, folder.Path, told.Add);
        Assert.Equal($"{folder.File("toy")}: already there", told[^1]);
    }

    [Fact]
    public async Task A_conversion_that_fails_leaves_nothing()
    {
        var set = Set((downloads, _) => throw new DataFileException(Path.Combine(downloads, "a.txt"), "bad"));
        using var download = new DataDownload(new Hello());
        await Assert.ThrowsAsync<DataFileException>(() => download.FetchAsync(set, folder.Path));
        Assert.Empty(Directory.GetFileSystemEntries(folder.File("toy")));
    }

    [Fact]
    public void The_text_of_binarized_MNIST_is_checked_digit_by_digit()
    {
        var image = string.Join(' ', Enumerable.Range(0, 784).Select(k => k % 3 == 0 ? '1' : '0'));
        var path = folder.File("t.amat");
        File.WriteAllText(path, $"{image}\n{image}\n");
        var pixels = BinarizedMnist.ParseText(path, 2);
        Assert.Equal(2 * 784, pixels.Length);
        Assert.All(Enumerable.Range(0, pixels.Length), k => Assert.Equal(k % 784 % 3 == 0 ? 1 : 0, pixels[k]));

        AssertProblem("size: expected 3 lines of 1568 bytes = 4704, found 3136", path, 3);
        File.WriteAllText(path, $"{image}\n{image[..4]}2{image[5..]}\n");
        AssertProblem("line 2, digit 3: expected 0 or 1, found \"2 \"", path, 2);
        File.WriteAllText(path, $"{image}\n{image} ");
        AssertProblem("line 2, digit 784: expected 0 or 1, found \"1 \"", path, 2);
    }

    [FactWhenData("binarized-mnist")]
    public void The_known_hashes_of_binarized_MNIST_are_those_of_its_text()
    {
        var images = BinarizedMnist.Test();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var row = 0; row < images.Count; row++)
            hash.AppendData(Encoding.ASCII.GetBytes(string.Join(' ', images.Image(row).Select(pixel => pixel == 1 ? '1' : '0')) + "\n"));

        Assert.Equal(BinarizedMnist.Remote.Files[2].Sha256, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static RemoteSet Set(Action<string, string> convert)
        => new("toy", "toy", [new("http://one.test/")], [new("a.txt", null)]) { Convert = convert, Products = ["a.bin"] };

    private static void AssertProblem(string problem, string path, int count)
        => Assert.Equal($"{path}: {problem}", Assert.Throws<DataFileException>(() => BinarizedMnist.ParseText(path, count)).Message);

    private sealed class Hello : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("hello") });
    }
}

using System.Net;
using System.Security.Cryptography;

namespace Ppl.Data.Tests;

public sealed class DataDownloadTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(k => (byte)(k * 7))];
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));
    private static readonly RemoteSet Set = new("toy", "toy", [new("http://one.test/"), new("http://two.test/sub/")], [new("a.gz", Hash)]);

    private readonly TemporaryFolder folder = new();

    private string Target => Path.Combine(folder.Path, "toy", "a.gz");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_good_file_is_there_whole_under_its_name()
    {
        var asked = new List<Uri>();
        var told = new List<string>();
        using var download = Answering(request =>
        {
            asked.Add(request.RequestUri!);
            return Ok(new MemoryStream(Content));
        });
        Assert.Equal(Path.Combine(folder.Path, "toy"), await download.FetchAsync(Set, folder.Path, told.Add));
        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal(["a.gz"], Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!).Select(Path.GetFileName));
        Assert.Equal([$"{Target}: downloading from http://one.test/a.gz", $"{Target}: done, SHA-256 is right"], told);

        // The second time nothing is asked of the network.
        await download.FetchAsync(Set, folder.Path, told.Add);
        Assert.Equal([new Uri("http://one.test/a.gz")], asked);
        Assert.Equal($"{Target}: already there, SHA-256 is right", told[^1]);
    }

    [Fact]
    public async Task A_wrong_hash_is_never_kept()
    {
        var wrong = Content[1..];
        var found = Convert.ToHexStringLower(SHA256.HashData(wrong));
        using var download = Answering(_ => Ok(new MemoryStream(wrong)));
        await AssertProblem(
            download,
            $"could not be downloaded; http://one.test/a.gz: SHA-256: expected {Hash}, found {found} (199999 bytes); "
            + $"http://two.test/sub/a.gz: SHA-256: expected {Hash}, found {found} (199999 bytes)");
    }

    [Fact]
    public async Task The_second_mirror_helps_when_the_first_does_not()
    {
        using var download = Answering(request => request.RequestUri!.Host == "one.test"
            ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : Ok(new MemoryStream(Content)));
        await download.FetchAsync(Set, folder.Path);
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_status_other_than_success_is_named()
    {
        using var download = Answering(_ => new HttpResponseMessage(HttpStatusCode.NotFound));
        await AssertProblem(
            download,
            "could not be downloaded; http://one.test/a.gz: expected HTTP status 200, found 404 (Not Found); "
            + "http://two.test/sub/a.gz: expected HTTP status 200, found 404 (Not Found)");
    }

    [Fact]
    public async Task A_connection_that_breaks_is_named_with_the_bytes_so_far()
    {
        using var download = Answering(_ => Ok(new BreakingStream(Content, 130_000)));
        await AssertProblem(
            download,
            "could not be downloaded; http://one.test/a.gz: the connection broke after 130000 bytes: reset by peer; "
            + "http://two.test/sub/a.gz: the connection broke after 130000 bytes: reset by peer");
    }

    [Fact]
    public async Task A_connection_that_ends_early_is_named_with_both_lengths()
    {
        using var download = Answering(_ =>
        {
            var answer = Ok(new MemoryStream(Content[..5000]));
            answer.Content.Headers.ContentLength = Content.Length;
            return answer;
        });
        await AssertProblem(
            download,
            "could not be downloaded; http://one.test/a.gz: the connection broke: expected 200000 bytes, found 5000; "
            + "http://two.test/sub/a.gz: the connection broke: expected 200000 bytes, found 5000");
    }

    [Fact]
    public async Task No_connection_is_named()
    {
        using var download = Answering(_ => throw new HttpRequestException("name does not resolve"));
        await AssertProblem(
            download,
            "could not be downloaded; http://one.test/a.gz: no connection: name does not resolve; "
            + "http://two.test/sub/a.gz: no connection: name does not resolve");
    }

    [Fact]
    public async Task A_mirror_that_says_nothing_is_given_up()
    {
        using var download = new DataDownload(new Handler(_ => Ok(new SilentStream())), TimeSpan.FromSeconds(0.2));
        await AssertProblem(
            download, "could not be downloaded; http://one.test/a.gz: no answer for 0.2 s; http://two.test/sub/a.gz: no answer for 0.2 s");
    }

    [Fact]
    public async Task Cancelling_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        using var download = Answering(_ =>
        {
            cancel.CancelAfter(50);
            return Ok(new SilentStream());
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download.FetchAsync(Set, folder.Path, cancel: cancel.Token));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(folder.File("toy"), "in the way");
        using var download = Answering(_ => Ok(new MemoryStream(Content)));
        var fault = await Assert.ThrowsAsync<DataFileException>(() => download.FetchAsync(Set, folder.Path));
        Assert.StartsWith($"{folder.File("toy")}: the folder cannot be made: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_fails_is_named_and_no_other_mirror_is_asked()
    {
        var asked = 0;
        using var download = Answering(_ =>
        {
            asked++;
            Directory.Delete(Path.GetDirectoryName(Target)!);
            return Ok(new MemoryStream(Content));
        });
        var fault = await Assert.ThrowsAsync<DataFileException>(() => download.FetchAsync(Set, folder.Path));
        Assert.StartsWith($"{Target}: cannot be written: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_file_with_another_content_is_not_replaced()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.WriteAllText(Target, "abc");
        using var download = Answering(_ => throw new InvalidOperationException("the network is not asked"));
        var fault = await Assert.ThrowsAsync<DataFileException>(() => download.FetchAsync(Set, folder.Path));
        Assert.Equal(
            $"{Target}: SHA-256: expected {Hash}, found ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad; "
            + "remove the file to download it again",
            fault.Message);
        Assert.Equal("abc", File.ReadAllText(Target));
    }

    [FactWhenData("mnist")]
    public void The_files_of_MNIST_have_the_known_hashes()
    {
        foreach (var file in Mnist.Remote.Files)
            DataDownload.Verify(Path.Combine(DataFolder.Containing("mnist")!, "mnist", file.Name), file);
    }

    private static DataDownload Answering(Func<HttpRequestMessage, HttpResponseMessage> answer) => new(new Handler(answer));

    private static HttpResponseMessage Ok(Stream content) => new(HttpStatusCode.OK) { Content = new StreamContent(content) };

    private async Task AssertProblem(DataDownload download, string problem)
    {
        var fault = await Assert.ThrowsAsync<DataFileException>(() => download.FetchAsync(Set, folder.Path));
        Assert.Equal($"{Target}: {problem}", fault.Message);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!));
    }

    private sealed class Handler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => Task.FromResult(answer(request));
    }

    private sealed class BreakingStream(byte[] content, int until) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var left = until - (int)Position;
            return left > 0
                ? base.ReadAsync(buffer[..Math.Min(left, buffer.Length)], cancellationToken)
                : throw new IOException("reset by peer");
        }
    }

    private sealed class SilentStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}

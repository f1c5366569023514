using System.Security.Cryptography;
using Ppl.Common;

namespace Ppl.Data;

/// <summary>Downloads data sets, on explicit request only. Each file is verified by its SHA-256 before it gets its name.</summary>
/// <remarks>A file goes to a temporary name in the target folder, is hashed while it comes in, and is renamed once its hash is right: it is
/// never there half written, and a file with another content is never there at all.</remarks>
public sealed class DataDownload : IDisposable
{
    // Far above the largest known file (26 MB): a mirror that never ends must not fill the disk.
    private const long MaximalBytes = 256L << 20;

    private readonly HttpClient client;

    /// <summary>Makes a downloader.</summary>
    /// <param name="handler">What answers the requests (disposed with this object); null for the network.</param>
    /// <param name="timeout">How long to wait for a mirror's answer, and for each further piece of a file; null for 60 seconds.</param>
    public DataDownload(HttpMessageHandler? handler = null, TimeSpan? timeout = null)
    {
        Timeout = timeout ?? TimeSpan.FromSeconds(60);
        client = new HttpClient(handler ?? new SocketsHttpHandler { ConnectTimeout = Timeout })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    private TimeSpan Timeout { get; }

    /// <summary>Fetches the files of a set that are not there yet; a file that is there is verified.</summary>
    /// <param name="set">What to fetch.</param>
    /// <param name="folder">The data folder; the files go to the set's folder below it.</param>
    /// <param name="report">Told in one line what happens to each file; may be null.</param>
    /// <param name="cancel">Stops the download; nothing half written stays.</param>
    /// <returns>The set's folder.</returns>
    /// <exception cref="DataFileException">No mirror gave a file with the right hash, or the disk does not take it, or a file that
    /// is already there has another hash. The message lists what each mirror did.</exception>
    public async Task<string> FetchAsync(
        RemoteSet set, string folder, Action<string>? report = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        var target = Path.Combine(folder, set.Folder);
        MakeFolder(target);
        if (set.Convert is null) await FetchFiles(set, target, report, cancel).ConfigureAwait(false);
        else if (set.Products.All(product => File.Exists(Path.Combine(target, product))))
            report?.Invoke($"{target}: already there");
        else await FetchAndConvert(set, set.Convert, target, report, cancel).ConfigureAwait(false);

        return target;
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>Compares a file on the disk with its known hash.</summary>
    /// <param name="path">The file.</param>
    /// <param name="file">What it should be.</param>
    /// <exception cref="DataFileException">It cannot be read, or it is another content.</exception>
    public static void Verify(string path, RemoteFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Sha256 is null) return;

        var found = Convert.ToHexStringLower(SHA256.HashData(DataFile.ReadAll(path)));
        if (found != file.Sha256)
            throw new DataFileException(path, $"SHA-256: expected {file.Sha256}, found {found}; remove the file to download it again");
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(folder, $"the folder cannot be made: {fault.Message}", fault);
        }
    }

    private async Task FetchFiles(RemoteSet set, string target, Action<string>? report, CancellationToken cancel)
    {
        foreach (var file in set.Files)
        {
            var path = Path.Combine(target, file.Name);
            if (File.Exists(path))
            {
                Verify(path, file);
                report?.Invoke($"{path}: already there, SHA-256 is right");
            }
            else
            {
                await FetchFile(set, file, path, report, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Downloads into a folder of its own, makes the set's files of it, and removes it whatever happens.</summary>
    private async Task FetchAndConvert(
        RemoteSet set, Action<string, string> convert, string target, Action<string>? report, CancellationToken cancel)
    {
        using var downloads = Temporary.Beside(Path.Combine(target, "download"));
        MakeFolder(downloads.Path);
        await FetchFiles(set, downloads.Path, report, cancel).ConfigureAwait(false);
        convert(downloads.Path, target);
        report?.Invoke($"{target}: made {string.Join(", ", set.Products)}");
    }

    private async Task FetchFile(RemoteSet set, RemoteFile file, string path, Action<string>? report, CancellationToken cancel)
    {
        var problems = new List<string>();
        foreach (var mirror in set.Mirrors)
        {
            var address = new Uri(mirror, file.Name);
            report?.Invoke($"{path}: downloading from {address}");
            var problem = await TryFetch(address, file, path, cancel).ConfigureAwait(false);
            if (problem is null)
            {
                report?.Invoke($"{path}: done{(file.Sha256 is null ? string.Empty : ", SHA-256 is right")}");
                return;
            }

            problems.Add($"{address}: {problem}");
        }

        throw new DataFileException(path, $"could not be downloaded; {string.Join("; ", problems)}");
    }

    /// <summary>Null when the file is there; else what the mirror did wrong. What the disk does wrong is thrown: other mirrors do not help.</summary>
    private async Task<string?> TryFetch(Uri address, RemoteFile file, string path, CancellationToken cancel)
    {
        var target = OnDisk(path, () => TargetFile.Of(path));
        using var temporary = Temporary.Beside(target);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            patience.CancelAfter(Timeout);
            using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                return $"expected HTTP status 200, found {(int)answer.StatusCode} ({answer.ReasonPhrase})";

            var problem = await Receive(answer.Content, temporary.Path, file, path, patience).ConfigureAwait(false);
            if (problem is null) OnDisk(path, () => File.Move(temporary.Path, target, overwrite: true));

            return problem;
        }
        catch (HttpRequestException fault)
        {
            return $"no connection: {fault.Message}";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"no answer for {Timeout.TotalSeconds} s";
        }
    }

    private async Task<string?> Receive(
        HttpContent content, string temporary, RemoteFile file, string path, CancellationTokenSource patience)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var source = await content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
        await using var sourceLease = source.ConfigureAwait(false);
        using var target = OnDisk(path, () => new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None));
        var buffer = new byte[1 << 16];
        long total = 0;
        while (true)
        {
            int count;
            try
            {
                patience.CancelAfter(Timeout);
                count = await source.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is IOException or HttpRequestException)
            {
                return $"the connection broke after {total} bytes: {fault.Message}";
            }

            if (count == 0) break;

            total += count;
            if (total > MaximalBytes) return $"expected at most {MaximalBytes} bytes, found more";

            hash.AppendData(buffer, 0, count);
            OnDisk(path, () => target.Write(buffer, 0, count));
        }

        OnDisk(path, () => target.Flush(flushToDisk: true));
        if (content.Headers.ContentLength is { } announced && announced != total)
            return $"the connection broke: expected {announced} bytes, found {total}";

        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        return file.Sha256 is null || found == file.Sha256 ? null : $"SHA-256: expected {file.Sha256}, found {found} ({total} bytes)";
    }

    private static void OnDisk(string path, Action action) => OnDisk(path, () =>
    {
        action();
        return true;
    });

    private static T OnDisk<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"cannot be written: {fault.Message}", fault);
        }
    }
}

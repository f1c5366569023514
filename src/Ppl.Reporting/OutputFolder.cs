using Ppl.Common;

namespace Ppl.Reporting;

/// <summary>
/// A folder that one program at a time writes its results to: two that mixed theirs would leave numbers, pictures and checkpoints of
/// different runs under one name.
/// </summary>
/// <remarks>
/// The folder is held by a lock on its file <c>.lock</c>, which the system releases when the program ends, however it ends. A file system
/// without locks, as some network mounts are, refuses nobody.
/// </remarks>
public sealed class OutputFolder : IDisposable
{
    private readonly FileLock held;

    private OutputFolder(string path, FileLock held) => (Path, this.held) = (path, held);

    /// <summary>The folder, as the caller named it.</summary>
    public string Path { get; }

    /// <summary>Makes the folder, if it is not there, and holds it until it is disposed of.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">Another program writes there now, or the folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public static OutputFolder Claim(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Directory.CreateDirectory(path);
        var held = FileLock.TryTakeFolder(path)
            ?? throw new IOException($"output folder {path}: another program writes its results there now; let it end, or name another folder");
        return new OutputFolder(path, held);
    }

    /// <summary>The path of a file in the folder.</summary>
    /// <param name="name">Its name.</param>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The folder.</summary>
    public override string ToString() => Path;

    /// <summary>Lets other programs have the folder.</summary>
    public void Dispose() => held.Dispose();
}

using Ppl.Common;

namespace Ppl.Inference;

/// <summary>
/// A fit holds its checkpoints and logs for as long as it runs: of two programs that wrote one file, each would resume, one day, from the
/// other's run.
/// </summary>
internal static class OutputLock
{
    /// <param name="what">What the file is, for the message.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">Another fit holds it.</exception>
    public static FileLock Take(string what, string path) => FileLock.TryTakeFor(path) ?? throw Held(what, path);

    /// <param name="what">What the file is, for the message.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">Another fit holds it.</exception>
    public static void RequireFree(string what, string path)
    {
        if (FileLock.IsTakenFor(path)) throw Held(what, path);
    }

    private static IOException Held(string what, string path) =>
        new($"{what} {path}: another fit writes it now, of this program or of another; let it end, or name another file");
}

namespace Ppl.Data;

/// <summary>Where data sets are looked for, and where downloads go.</summary>
/// <remarks>
/// A data folder holds one folder for each data set. It is the caller's choice; without one, the folder that the environment variable
/// <c>PPL_DATA</c> names; without that, <c>ppl/data</c> in the user's cache (<c>XDG_CACHE_HOME</c> or <c>~/.cache</c> on Linux,
/// <c>~/Library/Caches</c> on macOS, the local application data on Windows).
/// </remarks>
public static class DataFolder
{
    /// <summary>The environment variable that names the data folder: <c>PPL_DATA</c>.</summary>
    public const string Variable = "PPL_DATA";

    /// <summary>The data folder that is used; null when it is the user's cache and nothing is there yet.</summary>
    /// <param name="option">The caller's choice; null or empty for the default.</param>
    /// <exception cref="DataFileException">The chosen folder, or the one that the variable names, does not exist.</exception>
    public static string? Resolve(string? option = null)
    {
        var folder = ForDownloads(option);
        if (Directory.Exists(folder)) return folder;
        if (!string.IsNullOrEmpty(option)) throw new DataFileException(option, "the data folder does not exist");
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
            throw new DataFileException(folder, $"the data folder that {Variable} names does not exist");
        return null;
    }

    /// <summary>The data folder, if it holds a set's folder; else null.</summary>
    /// <param name="setFolder">The set's folder, such as "mnist".</param>
    /// <param name="option">The caller's choice; null or empty for the default.</param>
    /// <exception cref="DataFileException">The chosen folder, or the one that the variable names, does not exist.</exception>
    public static string? Containing(string setFolder, string? option = null)
        => Resolve(option) is { } folder && Directory.Exists(Path.Combine(folder, setFolder)) ? folder : null;

    /// <summary>Where downloads go: the data folder, whether it exists yet or not.</summary>
    /// <param name="option">The caller's choice; null or empty for the default.</param>
    public static string ForDownloads(string? option = null)
    {
        if (!string.IsNullOrEmpty(option)) return option;
        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : Path.Combine(UserCache(), "ppl", "data");
    }

    /// <summary>The file of a data set: in the set's folder below the data folder, or in the data folder itself; gzipped or plain.</summary>
    internal static string Find(string set, string setFolder, string file, string? option, string advice)
    {
        if (Resolve(option) is { } root)
        {
            string[] folders = [Path.Combine(root, setFolder), root];
            string[] names = [file, Path.ChangeExtension(file, null)];
            var found = folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
            if (found is not null) return found;
        }

        throw new DataFileException($"{setFolder}/{file}", $"{set} not found; looked in {ForDownloads(option)}. {advice}");
    }

    private static string UserCache()
    {
        if (OperatingSystem.IsWindows()) return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS()) return Path.Combine(home, "Library", "Caches");
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(home, ".cache");
    }
}

namespace Ppl.Data;

/// <summary>Where data sets are looked for, and where downloads go.</summary>
/// <remarks>
/// A data folder holds one folder for each data set. Without a choice by the user these are looked through, in this order:
/// <c>artifacts/data</c> of the repository (where downloads go), <c>../shared/data</c> beside the repository, and the same two
/// beside the current folder.
/// </remarks>
public static class DataFolder
{
    private const string SolutionFile = "Ppl.sln";

    /// <summary>The data folder that is used: the chosen one, else the first default that exists, else null.</summary>
    /// <param name="option">The user's choice; null or empty for the defaults.</param>
    /// <exception cref="DataFileException">The chosen folder does not exist.</exception>
    public static string? Resolve(string? option = null) => Roots(option).FirstOrDefault(Directory.Exists);

    /// <summary>The first of the data folders that holds a set's folder; null when none does.</summary>
    /// <param name="setFolder">The set's folder, such as "mnist".</param>
    /// <param name="option">The user's choice; null or empty for the defaults.</param>
    /// <exception cref="DataFileException">The chosen folder does not exist.</exception>
    public static string? Containing(string setFolder, string? option = null)
        => Roots(option).FirstOrDefault(root => Directory.Exists(Path.Combine(root, setFolder)));

    /// <summary>Where downloads go: the chosen folder, else <c>artifacts/data</c> of the repository or of the current folder.</summary>
    /// <param name="option">The user's choice; null or empty for the default.</param>
    public static string ForDownloads(string? option = null)
        => string.IsNullOrEmpty(option)
            ? Path.Combine(RepositoryRoot() ?? Directory.GetCurrentDirectory(), "artifacts", "data")
            : option;

    /// <summary>The file of a data set: in the set's folder below a data folder, or in the chosen folder itself; gzipped or plain.</summary>
    internal static string Find(string set, string setFolder, string file, string? option, string advice)
    {
        var roots = Roots(option);
        foreach (var root in roots)
        {
            foreach (var folder in new[] { Path.Combine(root, setFolder), root })
            {
                foreach (var name in new[] { file, Path.ChangeExtension(file, null) })
                {
                    var path = Path.Combine(folder, name);
                    if (File.Exists(path))
                    {
                        return path;
                    }
                }
            }
        }

        throw new DataFileException($"{setFolder}/{file}", $"{set} not found; looked in {string.Join(", ", roots)}. {advice}");
    }

    private static List<string> Roots(string? option)
    {
        if (!string.IsNullOrEmpty(option))
        {
            return Directory.Exists(option) ? [option] : throw new DataFileException(option, "the data folder does not exist");
        }

        var roots = new List<string>();
        foreach (var start in new[] { RepositoryRoot(), Directory.GetCurrentDirectory() })
        {
            if (start is not null)
            {
                roots.Add(Path.Combine(start, "artifacts", "data"));
                roots.Add(Path.GetFullPath(Path.Combine(start, "..", "shared", "data")));
            }
        }

        return [.. roots.Distinct()];
    }

    /// <summary>The nearest folder above the current one, or above the program, that holds the solution.</summary>
    private static string? RepositoryRoot()
    {
        foreach (var start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, SolutionFile)))
                {
                    return folder.FullName;
                }
            }
        }

        return null;
    }
}

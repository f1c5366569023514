using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Ppl.PackageCheck;

/// <summary>
/// A package of ours, and what is wrong with it: each must say what it is, under which licence, and explain and document its libraries.
/// </summary>
internal sealed partial class PackageFile : IDisposable
{
    private readonly ZipArchive archive;
    private readonly string version;
    private readonly XElement metadata;

    private PackageFile(string path, string version)
    {
        this.version = version;
        archive = ZipFile.OpenRead(path);
        var nuspec = archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal));
        using var stream = nuspec.Open();
        metadata = XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    /// <summary>The faults of a feed that should have these packages, each in this version, and no other.</summary>
    public static IEnumerable<string> CheckFeed(string feed, string version, IReadOnlyCollection<string> ids)
    {
        var expected = ids.Select(id => $"{id}.{version}.nupkg").ToHashSet(StringComparer.Ordinal);
        var found = Directory.GetFiles(feed, "*.nupkg").Select(path => Path.GetFileName(path)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in expected.Except(found)) yield return $"{name} is missing";
        foreach (var name in found.Except(expected)) yield return $"{name} is not expected";
        foreach (var id in ids.Where(id => found.Contains($"{id}.{version}.nupkg")))
        {
            using var package = new PackageFile(Path.Combine(feed, $"{id}.{version}.nupkg"), version);
            foreach (var fault in package.Faults(id, ids)) yield return $"{id}: {fault}";
        }
    }

    public void Dispose() => archive.Dispose();

    private IEnumerable<string> Faults(string id, IReadOnlyCollection<string> ids) =>
        [.. Description(id), .. Dependencies(ids), .. Page(id), .. Libraries()];

    private IEnumerable<string> Description(string id)
    {
        if (Value("id") != id) yield return $"its id is '{Value("id")}'";
        if (Value("version") != version) yield return $"its version is '{Value("version")}', not '{version}'";
        if (Value("license") != "MIT") yield return $"its licence is '{Value("license")}', not 'MIT'";
        if (!Text("LICENSE").Contains("MIT License", StringComparison.Ordinal)) yield return "it has no LICENSE with the text of the MIT licence";
        if (Value("authors").Length == 0) yield return "it names no authors";
        if (Value("description").Length < 20) yield return "it has no description";
    }

    /// <summary>Our packages belong together: each asks for the others in exactly its own version.</summary>
    private IEnumerable<string> Dependencies(IReadOnlyCollection<string> ids) =>
        from dependency in metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
        let name = dependency.Attribute("id")?.Value
        let range = dependency.Attribute("version")?.Value
        where string.IsNullOrEmpty(range) || (ids.Contains(name) && range != $"[{version}]")
        select $"it depends on {name} {(string.IsNullOrEmpty(range) ? "of any version" : $"{range}, not [{version}]")}";

    private IEnumerable<string> Page(string id)
    {
        if (Value("readme") != "README.md") yield return "it names no README.md";
        var page = Text("README.md");
        if (!page.StartsWith($"# {id}\n", StringComparison.Ordinal)) yield return $"its README.md does not begin with '# {id}'";
        foreach (Match link in RelativeLink().Matches(page)) yield return $"its README.md has the link '{link.Value}', which leads nowhere on a feed";
    }

    private IEnumerable<string> Libraries()
    {
        foreach (var entry in archive.Entries.Where(entry => entry.FullName.EndsWith(".dll", StringComparison.Ordinal)))
        {
            using var stream = entry.Open();
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            foreach (var fault in LibraryFile.Faults(copy.ToArray(), version)) yield return $"{entry.FullName} {fault}";

            // What a user calls is documented; analyzers are called by the compiler.
            if (!entry.FullName.StartsWith("lib/", StringComparison.Ordinal)) continue;
            var documentation = Path.ChangeExtension(entry.FullName, ".xml");
            if (!Text(documentation).Contains("<member name=", StringComparison.Ordinal))
                yield return $"{entry.FullName} has no documentation beside it";
        }
    }

    private string Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value ?? "";

    /// <summary>The text of a file; empty where there is none.</summary>
    private string Text(string path)
    {
        if (archive.GetEntry(path) is not { } entry) return "";
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\]\((?!https://)[^)]*\)")]
    private static partial Regex RelativeLink();
}

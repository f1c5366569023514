using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ppl.EndToEnd.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Built = ["artifacts", "bin", "obj", ".git", ".vs"];

    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>Source files below a folder, by their path in the repository with forward slashes; nothing that a build made.</summary>
    public static IEnumerable<string> Files(string pattern, string folder = "") => Below(new DirectoryInfo(Path.Combine(Root, folder)), pattern)
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static SyntaxNode Parse(string path) => CSharpSyntaxTree.ParseText(Read(path), new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();

    private static IEnumerable<string> Below(DirectoryInfo folder, string pattern) => folder.EnumerateFiles(pattern).Select(file => file.FullName)
        .Concat(folder.EnumerateDirectories().Where(inner => !Built.Contains(inner.Name)).SelectMany(inner => Below(inner, pattern)));
}

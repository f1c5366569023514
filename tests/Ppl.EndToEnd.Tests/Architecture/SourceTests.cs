using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.EndToEnd.Tests.Architecture;

/// <summary>House rules that the compiler does not check.</summary>
public sealed class SourceTests
{
    private const int FileLines = 400;
    private const int LineColumns = 150;
    private const int MethodLines = 60;

    [Fact]
    public void Files_are_short() => Assert.Empty(
        from path in Repository.Files("*.cs", "src")
        let lines = Repository.Read(path).Split('\n').Length - 1
        where lines > FileLines
        select $"{path}: {lines} lines, at most {FileLines}");

    [Fact]
    public void Lines_are_short() => Assert.Empty(
        from folder in new[] { "src", "examples", "bench", "tools" }
        from path in Repository.Files("*.cs", folder)
        from line in Repository.Read(path).Split('\n').Select((text, index) => (text, number: index + 1))
        where line.text.TrimEnd('\r').Length > LineColumns
        select $"{path}:{line.number}: {line.text.Length} columns, at most {LineColumns}");

    [Fact]
    public void Methods_are_short() => Assert.Empty(
        from path in Repository.Files("*.cs", "src")
        from member in Repository.Parse(path).DescendantNodes()
        where member is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
        let lines = Lines(member)
        where lines > MethodLines
        select $"{path}: {NameOf(member)}: {lines} lines, at most {MethodLines}");

    [Fact]
    public void No_file_names_a_place_on_one_machine()
    {
        string[] roots = ["/" + "home/", "/" + "root/", "/" + "Users/", "/" + "work/", "C:" + "\\"];
        string[] kinds = ["*.cs", "*.csproj", "*.props", "*.targets", "*.sln", "*.md", "*.sh", "*.json", "*.yml", "*.cpp", "*.h", "*.ops", "*.family", "*.table", "*.py"];
        Assert.Empty(
            from kind in kinds
            from path in Repository.Files(kind)
            from root in roots
            where Repository.Read(path).Contains(root, StringComparison.Ordinal)
            select $"{path}: {root}");
    }

    [Fact]
    public void Files_have_one_namespace_written_without_braces() => Assert.Empty(
        from path in Repository.Files("*.cs", "src")
        where path != "src/Ppl.Generators/Polyfills/LanguageSupport.cs" // types that the compiler looks for in namespaces of its own
            && Repository.Parse(path).DescendantNodes().OfType<NamespaceDeclarationSyntax>().Any()
        select path);

    /// <summary>What gives the memory of a tensor, or its one number, by <c>data</c> works on the CPU only.</summary>
    private static readonly Dictionary<string, string> ReadsMemory = new()
    {
        ["src/Ppl.Core/Data/DataIdentity.cs"] = "of a copy on the CPU",
        ["src/Ppl.Data/ImageDataset.cs"] = "of tensors that it makes on the CPU",
        ["src/Ppl.Inference/Checkpoints/RandomState.cs"] = "of the CPU generator's state",
        ["src/Ppl.Inference/Checkpoints/StateFormat.cs"] = "of copies on the CPU",
        ["src/Ppl.Inference/Evaluation/Evaluate.ActiveUnits.cs"] = "of copies on the CPU",
        ["src/Ppl.Inference/Evaluation/Evaluate.ParetoShape.cs"] = "of copies on the CPU",
        ["src/Ppl.Inference/Evaluation/Numbers.cs"] = "of copies on the CPU",
        ["src/Ppl.Inference/Evaluation/StreamingLogMeanExp.cs"] = "of sums that are kept on the CPU",
        ["src/Ppl.Inference/Training/MersenneState.cs"] = "of the CPU generator's state",
        ["src/Ppl.Reporting/Pictures/PictureGrid.cs"] = "of a copy on the CPU",
    };

    /// <summary>A machine without another device cannot show that numbers are read wherever a model is; the places can be counted.</summary>
    [Fact]
    public void Numbers_are_read_on_any_device()
    {
        string[] rooms = ["src/Ppl.Core/", "src/Ppl.Data/", "src/Ppl.Inference/", "src/Ppl.Reporting/"];
        var readers =
            from path in Repository.Files("*.cs", "src")
            where Array.Exists(rooms, room => path.StartsWith(room, StringComparison.Ordinal))
            where Repository.Parse(path).DescendantNodes().OfType<MemberAccessExpressionSyntax>().Any(access =>
                access.Name is GenericNameSyntax { Identifier.ValueText: "data" or "item" } || IsBytes(access))
            select path;
        Assert.Equal(ReadsMemory.Keys.Order(StringComparer.Ordinal), readers.Order(StringComparer.Ordinal));

        // A tensor's bytes; a field of that name is its own class's.
        static bool IsBytes(MemberAccessExpressionSyntax access) =>
            access.Name is IdentifierNameSyntax { Identifier.ValueText: "bytes" } && access.Expression is not ThisExpressionSyntax
            && !access.Expression.ToString().Contains("width", StringComparison.Ordinal) && !access.Expression.ToString().Equals("read", StringComparison.Ordinal);
    }

    [Fact]
    public void Bodies_of_one_line_have_no_braces() => Assert.Empty(
        from path in Repository.Files("*.cs")
        where !path.Contains(".verified.", StringComparison.Ordinal) && !path.Contains("Generators.Tests/Models/", StringComparison.Ordinal) // in any style
        from block in BraceRule.Find(Repository.Parse(path))
        select $"{path}:{block}");

    private static int Lines(SyntaxNode member)
    {
        var span = member.SyntaxTree.GetLineSpan(member.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static string NameOf(SyntaxNode member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.ValueText,
        LocalFunctionStatementSyntax function => function.Identifier.ValueText,
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } => property.Identifier.ValueText,
        _ => member.GetType().Name,
    };
}

using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>A fault in a model changes nothing about its generated members, so that code which uses the model shows no errors of its own.</summary>
public partial class FaceTests
{
    /// <summary>The members of the good models, each found out once.</summary>
    private static readonly ConcurrentDictionary<string, string> Sound = [];

    private static readonly (string Name, Func<string, string> Inject)[] Faults =
    [
        ("a misspelled family", s => SampledNormal().Replace(s, "$1Gaussian(", 1)),
        ("a misspelled method of a family", s => s.Replace(").Expand(", ").expand(", StringComparison.Ordinal)),
        ("a misspelled Sample", s => s.Replace("= Sample(", "= Sampel(", StringComparison.Ordinal)),
        ("a misspelled Observe", s => s.Replace(" Observe(", " observe(", StringComparison.Ordinal)),
        ("a misspelled Plate", s => s.Replace("= Plate(", "= Plat(", StringComparison.Ordinal)),
        ("a misspelled base class", s => s.Replace(": GenerativeModel", ": GenerativModel", StringComparison.Ordinal)),
        ("a missing using", s => s.Replace("using static TorchSharp.torch;", "", StringComparison.Ordinal)),
        ("a using of nothing", s => "using Nowhere.AtAll;\n" + s),
        ("an unknown name", s => InBody(s, "Unknown();")),
        ("an unassigned local", s => InBody(s, "Tensor unset; var copy = unset + 1;")),
        ("a return", s => InBody(s, "if (training) return;")),
        ("a lock", s => InBody(s, "lock (this) { }")),
        ("an Observe in an if", s => ObserveStatement().Replace(s, "if (training) $0")),
        ("a Sample in an if", s => DeclaredSample().Replace(s, "Tensor $1 = null!; if (training) $1 = Sample($2);", 1)),
        ("an Observe in a lambda", s => ObserveStatement().Replace(s, "System.Action later = () => $0", 1)),
        ("another assignment of a draw", s => DeclaredSample().Replace(s, "$0 $1 = zeros(1);", 1)),
        ("a parameter by reference", s => s.Replace("private void Generate(", "private void Generate(ref ", StringComparison.Ordinal)),
        ("a class that is not partial", s => ModelClass().Replace(s, "$1class $2", 1)),
        ("a plate of a value", s => InBody(s, "using var first = Plate(zeros(1));")),
        ("a value instead of data", s => InBody(s, "Observe(zeros(1), Normal(0, 1));")),
        ("an old language", s => "// LangVersion 11\n" + s),
    ];

    public static TheoryData<string, string> FaultyModels()
    {
        var data = new TheoryData<string, string>();
        foreach (string model in new GoodModels())
        {
            foreach (var (name, inject) in Faults)
                if (inject(GeneratorHarness.ReadModel($"good/{model}.cs")) != GeneratorHarness.ReadModel($"good/{model}.cs")) data.Add(model, name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(FaultyModels))]
    public void A_fault_changes_no_public_member_and_brings_no_errors_but_its_own(string model, string fault)
    {
        var source = Faults.Single(f => f.Name == fault).Inject(GeneratorHarness.ReadModel($"good/{model}.cs"));
        var run = ErrorCheck.Run(source, model);
        Assert.Equal(Sound.GetOrAdd(model, name => PublicMembers.Of(GeneratorHarness.RunGood(name))), PublicMembers.Of(run));
    }

    [Fact]
    public void Every_fault_is_found_in_some_model()
    {
        var found = FaultyModels().Select(row => (string)row[1]).ToHashSet();
        Assert.All(Faults, f => Assert.Contains(f.Name, found));
    }

    /// <summary>Puts a statement at the beginning of the model; another one where its parameters have other names.</summary>
    private static string InBody(string source, params string[] statements)
    {
        var method = source.IndexOf("[Model", StringComparison.Ordinal);
        var open = source.IndexOf('{', method);
        var statement = statements.Length == 1 || source.Contains("@event", StringComparison.Ordinal) ? statements[0] : statements[1];
        return source.Insert(open + 1, " " + statement);
    }

    [GeneratedRegex(@"(= Sample\(\s*)Normal\(")]
    private static partial Regex SampledNormal();

    [GeneratedRegex(@"(?<= )Observe\([^;]*;")]
    private static partial Regex ObserveStatement();

    [GeneratedRegex(@"var (\w+) = Sample\(([^;]*)\);")]
    private static partial Regex DeclaredSample();

    [GeneratedRegex(@"((?:sealed )?)partial class (\w+\S* : GenerativeModel|Scopes)")]
    private static partial Regex ModelClass();
}

extern alias language;
using language::Ppl.Examples.Language;

namespace Ppl.EndToEnd.Tests;

/// <summary>Short runs of examples/Language, whose whole runs make the numbers of docs/results-language.md, keep their claims.</summary>
public sealed class LanguageExampleTests
{
    private static readonly Dictionary<string, Func<Budget, IReadOnlyList<Measured>>> Programs = new()
    {
        ["eight-schools"] = EightSchoolsProgram.Run,
        ["radon"] = RadonProgram.Run,
        ["item-response"] = ItemResponseProgram.Run,
        ["factorization"] = FactorizationProgram.Run,
        ["regression"] = RegressionProgram.Run,
        ["decoder"] = DecoderProgram.Run,
        ["minibatches"] = MinibatchProgram.Run,
    };

    public static TheoryData<string> Names => [.. Programs.Keys];

    /// <summary>Those that have something to show after a few seconds.</summary>
    public static TheoryData<string> Quick => ["item-response", "factorization", "regression", "minibatches"];

    [Theory]
    [MemberData(nameof(Quick))]
    public void A_short_run_keeps_its_claims(string name)
    {
        var rows = Programs[name](new Budget(IsShort: true));
        Assert.Contains(rows, row => row.Holds is not null);
        Assert.DoesNotContain(rows, row => row.Holds == false);
    }

    /// <summary>The page has each program, by its command.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_program_is_on_the_page(string name) =>
        Assert.Contains($"examples/Language -- {name}", Repository.Read("docs/results-language.md"), StringComparison.Ordinal);
}

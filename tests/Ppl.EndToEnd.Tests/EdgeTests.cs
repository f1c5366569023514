using Ppl.Contracts;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Interpretation;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>What each site is computed from, as a run of the user's own method shows it, beside what the compiler read in the method's text.</summary>
public sealed class EdgeTests
{
    public static TheoryData<string> Names => Models.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_run_finds_the_parents_that_the_compiler_has(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name));
        var found = Follow(pass).GroupBy(site => (site.Site.Variable, site.Site.Line, site.Site.DistributionText));
        Assert.All(found, statement => Assert.Equal(
            Sorted(statement.SelectMany(site => site.Site.Parents).Where(parent => IsReached(pass, parent))),
            Sorted(statement.SelectMany(site => site.Parents!).Select(parent => SiteInfo.Split(parent).Variable))));
    }

    /// <summary>
    /// Given what its encoder sees, a latent is independent of all that is left out: of the data, and of the latents drawn before it. That is read off
    /// the edges of the run, by d-separation (Pearl 1988, section 3.3), so that an edge which the compiler has wrong shows in the guide.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_guide_leaves_out_only_what_a_latent_is_independent_of(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name));
        if (Structured.Of(pass) == GuideStructure.MeanField) return;
        var graph = RunGraph.Of(pass, Follow(pass));
        var drawn = new List<string>();
        foreach (var step in pass.Guide.Steps)
        {
            var site = pass.Guide.LatentSites.First(latent => latent.Name == step.Latent);
            if (site.IsLocal) Assert.Equal([], graph.Dependent(site, graph.Seen(step), drawn));
            drawn.Add(step.Latent);
        }
    }

    [Fact]
    public void Every_element_of_an_array_is_followed_unless_few_are_asked_for()
    {
        using var pass = Pass.Prepare(Models.Get(StateSpace.Entry.Name));
        Assert.All(Follow(pass), site => Assert.NotNull(site.Parents));
        var few = Interpreter.Follow(pass.Generated, pass.Batch, Values(pass), elements: 1);
        Assert.All(few.Where(site => site.Site.Element >= 1), site => Assert.Null(site.Parents));
    }

    private static IEnumerable<string> Sorted(IEnumerable<string> names) => names.Distinct().Order(StringComparer.Ordinal);

    private static bool IsReached(Pass pass, string variable) => pass.Guide.LatentSites.Any(latent => latent.Variable == variable);

    private static Trace Follow(Pass pass) => Interpreter.Follow(pass.Generated, pass.Batch, Values(pass));

    private static Dictionary<string, Tensor> Values(Pass pass) => pass.Values(pass.Guide.Draw(pass.Batch, 1), 0);
}

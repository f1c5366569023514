using Ppl.Contracts;
using Ppl.EndToEnd.Tests.Catalogue;

namespace Ppl.EndToEnd.Tests;

/// <summary>The structure of each model's guide is the one worked out by hand (Webb et al. 2018, arXiv:1712.00287).</summary>
public sealed class FaithfulInverseTests
{
    public static TheoryData<string> Names => Models.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Guide_inverts_the_model(string name)
    {
        var entry = Models.Get(name);
        using var pass = Pass.Prepare(entry);
        Assert.Equal(entry.Steps, pass.Guide.Steps.Select(step => $"{step.Latent} <- {string.Join(", ", step.Inputs)}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Closed_forms_are_taken_where_they_are_legal(string name)
    {
        var entry = Models.Get(name);
        using var pass = Pass.Prepare(entry);
        var terms = pass.Guide.Terms(pass.Guide.Draw(pass.Batch, 1), TermForm.ClosedFormWhereLegal);
        Assert.Equal(entry.ClosedForm, terms.Where(term => term.Kl is not null).Select(term => term.Site.Name));
    }
}

using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the model's statements once more, with each site's draw or observation replaced by what a pass does there.</summary>
internal abstract class BodyEmitter(EmissionContext context)
{
    private string loopVariable = "";

    protected EmissionContext Context { get; } = context;

    protected CodeWriter Writer => Context.Writer;

    protected ModelSpec Model => Context.Model;

    public void Write() => Write(Model.Body);

    /// <summary>A latent: its distribution has been computed; the target gets its value.</summary>
    protected abstract void WriteLatent(SiteSpec site, string target, string info);

    /// <summary>An observed site: its distribution has been computed.</summary>
    protected abstract void WriteObserved(SiteSpec site, string info);

    /// <summary>What is said above a latent.</summary>
    protected virtual string Comment(SiteSpec site) => $"{Element(site)} ~ {EmissionContext.OneLine(site.DistributionText)}";

    protected string Element(SiteSpec site) => site.Index is null ? site.Name : $"{site.Name}[{Context.Index(site.Index, loopVariable)}]";

    /// <summary>A latent's value: <c>z</c>, <c>h[i]</c>.</summary>
    protected string Value(SiteSpec site) => Names.Escape(site.Name) + Position(site);

    /// <summary>A latent's value in a record: the end of <c>given.z</c>, <c>given.h[i]</c>.</summary>
    protected string Property(SiteSpec site) => Context.Property(Model.Variables[site.Variable]) + Position(site);

    /// <summary>A latent's value in the guide's draws.</summary>
    protected string Drawn(SiteSpec site) => Context.Drawn(Model.Variables[site.Variable]) + Position(site);

    /// <summary>The site's distribution in the guide, a member of the draws.</summary>
    protected string GuideMember(SiteSpec site) => Context.GuideName(Model.Variables[site.Variable]) + Position(site);

    /// <summary>The element of an indexed site; nothing for any other.</summary>
    protected string Position(SiteSpec site) => site.Index is null ? "" : $"[{Context.Index(site.Index, loopVariable)}]";

    private void Write(EquatableArray<StatementSpec> body)
    {
        foreach (var statement in body)
        {
            switch (statement)
            {
                case CarriedStatement carried:
                    Writer.Carried("", carried.Text, "", carried.Anchor);
                    break;
                case SampleStatement sample:
                    var latent = Model.Sites[sample.Site];
                    WriteDistribution(latent, sample.Anchor);
                    WriteLatent(latent, sample.Target, Context.SiteInfo(latent, loopVariable));
                    break;
                case ObserveStatement observe:
                    var observed = Model.Sites[observe.Site];
                    WriteDistribution(observed, observe.Anchor);
                    WriteObserved(observed, Context.SiteInfo(observed, loopVariable));
                    break;
                case BlockStatement block:
                    Writer.Open();
                    Write(block.Body);
                    Writer.Close();
                    break;
                case LoopStatement loop:
                    Writer.Gap();
                    Writer.Carried("", loop.Header, "", loop.Anchor);
                    Writer.Open();
                    loopVariable = loop.VariableName;
                    Write(loop.Body);
                    loopVariable = "";
                    Writer.Close();
                    break;
            }
        }
    }

    private void WriteDistribution(SiteSpec site, int anchor)
    {
        Writer.Gap();
        Writer.Line($"// {Comment(site)}");
        Writer.Carried($"var {Context.ModelName(site)} = ", site.DistributionText, ";", anchor);
    }
}

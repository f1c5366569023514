using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Puts a submodel's statements where it is called: variables, sites, lengths and branches get numbers of the caller's, latents the path of the
/// receiving variable, sites the caller's plates and guards. Everything is about the call from then on, but for the lines of the sites, by which
/// an interpreted run knows them.
/// </summary>
internal sealed class Splice
{
    private readonly ReadingContext context;
    private readonly Parsed submodel;
    private readonly string path;
    private readonly int receiver;
    private readonly IndexSpec? index;
    private readonly EquatableArray<int> plates;
    private readonly int anchor;
    private readonly int[] variables;
    private readonly Dictionary<int, int> sites = [];
    private readonly Dictionary<int, int> records = [];
    private readonly Dictionary<int, int> branches = [];
    private readonly IReadOnlyList<GuardSpec> guards;

    public Splice(
        ReadingContext context, Parsed submodel, string path, int receiver, IndexSpec? index, EquatableArray<int> plates,
        InvocationExpressionSyntax call)
    {
        (this.context, this.submodel, this.path, this.receiver, this.index, this.plates) = (context, submodel, path, receiver, index, plates);
        anchor = context.Anchor(call);
        guards = [.. context.Guards];
        variables = [.. Program.Variables.Select(_ => -1)];
    }

    public ProgramSpec Program => submodel.Spec.Program;

    /// <summary>The mask of a site of the submodel as the caller has it, given the site's name and data there.</summary>
    public required Func<SiteSpec, string, int, MaskSpec> Mask { get; init; }

    /// <summary>The name of what receives the result; empty without any.</summary>
    public string Path => path;

    /// <summary>The numbers that the submodel's lengths have in the caller.</summary>
    public required IReadOnlyList<int> Lengths { get; init; }

    /// <summary>The caller's variables that the result may be, or be a view of.</summary>
    public IEnumerable<int> Shared => Program.Result!.Shares.Select(Of);

    /// <summary>Makes a parameter the same as a variable of the caller.</summary>
    public void Map(int parameter, int variable) => variables[parameter] = variable;

    /// <summary>Gives a parameter a variable of its own, for a value that is computed in the call.</summary>
    public int Temporary(int parameter) => variables[parameter] = context.AddTemporary();

    /// <summary>The statements, once the parameters have been given.</summary>
    /// <param name="bindings">What computed arguments give the parameters.</param>
    /// <param name="reader">Keeps the caller's sites.</param>
    public EquatableArray<StatementSpec> Body(IReadOnlyList<Flow> bindings, SiteReader reader)
    {
        foreach (var site in Program.Sites) sites[site.Id] = reader.Add(id => Of(site, id));
        foreach (var record in Program.Records) records[record.Id] = reader.AddRecord(id => Of(record, id));
        var body = new List<StatementSpec>();
        if (bindings.Count > 0) body.Add(Given(bindings));
        body.AddRange(Of(Program.Body));
        if (receiver >= 0)
        {
            var result = new EquatableArray<Read>([new Read(Of(Program.Result!.Variable), null)]);
            body.Add(Given([new Flow(receiver, index, index is not null, result)]));
        }

        return body.ToEquatable();
    }

    /// <summary>What the call itself moves, which has no text of its own.</summary>
    private CarriedStatement Given(IEnumerable<Flow> flows) =>
        new(anchor, new TextSpec(EquatableArray<TextPart>.Empty), flows.ToEquatable(), EquatableArray<Read>.Empty);

    /// <summary>The caller's number of a variable; parameters have theirs already.</summary>
    private int Of(int variable)
    {
        if (variables[variable] >= 0) return variables[variable];
        var own = Program.Variables[variable];
        if (own.Name.StartsWith("#", StringComparison.Ordinal)) return variables[variable] = context.AddTemporary();
        var name = own.Role == VariableRole.Loop || path.Length == 0 ? own.Name : $"{path}.{own.Name}";
        if (own.Role != VariableRole.Latent || index is null)
        {
            var scope = own.Scope > 0 ? path.Length + 1 + own.Scope : 0;
            return variables[variable] = context.Add(own with
            {
                Name = name,
                Length = Of(own.Length),
                Sizes = own.Sizes.Select(size => Of(size)!).ToEquatable(),
                Position = Of(own.Position),
                Scope = scope,
            });
        }

        // Elements of one array may be drawn by several calls, each of which draws some of them.
        var same = context.Variables.FirstOrDefault(v => v.Name == name && v.Role == VariableRole.Latent);
        var array = context.Variables[receiver];
        return variables[variable] = same?.Id
            ?? context.Add(own with { Name = name, Length = array.Length, Sizes = array.Sizes, Scope = path.Length });
    }

    private IndexSpec? Of(IndexSpec? position) => position is null || position.IsConstant ? position
        : position with
        {
            LoopVariable = position.LoopVariable < 0 ? -1 : Of(position.LoopVariable),
            Length = position.Length < 0 ? -1 : Lengths[position.Length],
            Grid = position.Grid.Select(Of).ToEquatable(),
        };

    private GridTerm Of(GridTerm term) =>
        term with { Variable = Of(term.Variable), Length = term.Length < 0 ? -1 : Lengths[term.Length] };

    private Read Of(Read read) => new(Of(read.Variable), IsElement(read.Variable) ? index : Of(read.Index))
    {
        Stop = Of(read.Stop),
        End = Of(read.End),
        By = read.By is { } by ? Of(by) : null,
        Anchor = read.Anchor == 0 ? 0 : anchor,
    };

    /// <summary>Whether what is one latent in the submodel is an element of an array here.</summary>
    private bool IsElement(int variable) => index is not null && Program.Variables[variable].Role == VariableRole.Latent;

    private GradientStop? Of(GradientStop? stop) => stop is null ? null : stop with { Anchor = anchor };

    private EquatableArray<Read> Of(EquatableArray<Read> reads) => reads.Select(Of).ToEquatable();

    private EquatableArray<Flow> Of(EquatableArray<Flow> flows) => flows.Select(f => new Flow(
        Of(f.Variable), IsElement(f.Variable) ? index : Of(f.Index), f.Keeps, Of(f.Reads))).ToEquatable();

    private TextSpec Of(TextSpec text) => new(text.Parts.Select(p => p.Variable < 0 ? p : p with { Variable = Of(p.Variable) }).ToEquatable());

    private int OfBranch(int branch) => branches.TryGetValue(branch, out var known) ? known : branches[branch] = context.NextBranch();

    private GuardSpec Of(GuardSpec guard) => guard with { Branch = OfBranch(guard.Branch), InLoop = guard.InLoop || context.SiteLoops.Count > 0 };

    private SiteSpec Of(SiteSpec site, int id)
    {
        var variable = Of(site.Variable);
        var name = site.Kind == SiteKind.Observed ? context.Variables[variable].Name : $"{path}.{site.Name}";
        return site with
        {
            Id = id,
            Name = name,
            Known = site.Known is { } known ? Of(known) : null,
            Mask = site.Mask is null ? null : Mask(site, name, Of(site.Data!.Value)),
            Variable = variable,
            Index = IsElement(site.Variable) ? index : Of(site.Index),
            Plates = plates,
            Distribution = site.Distribution with { Text = Of(site.Distribution.Text), Reads = Of(site.Distribution.Reads) },
            UnnamedProbs = null,
            Guards = guards.Concat(site.Guards.Select(Of)).ToEquatable(),
            Anchor = anchor,
            CallAnchor = context.Sources.Anchor(submodel.Sources[site.CallAnchor]),
        };
    }

    private RecordSpec Of(RecordSpec record, int id)
    {
        var variable = Of(record.Variable);
        if (index is not null) context.SetLength(variable, context.Variables[receiver].Length!, context.Variables[receiver].Sizes);
        return record with
        {
            Id = id,
            Name = $"{path}.{record.Name}",
            Variable = variable,
            Index = index ?? Of(record.Index),
            Scope = index is not null ? path.Length : record.Scope > 0 ? path.Length + 1 + record.Scope : 0,
            Plates = plates,
            Text = Of(record.Text),
            Guards = guards.Concat(record.Guards.Select(Of)).ToEquatable(),
            Anchor = anchor,
            CallAnchor = context.Sources.Anchor(submodel.Sources[record.CallAnchor]),
        };
    }

    private EquatableArray<StatementSpec> Of(EquatableArray<StatementSpec> body) => body.Select(Of).ToEquatable();

    private StatementSpec Of(StatementSpec statement) => statement switch
    {
        DeterministicStatement recorded => new DeterministicStatement(
            anchor, Of(recorded.Text), Of(recorded.Flows), records[recorded.Record], Of(recorded.Target)),
        CarriedStatement carried => new CarriedStatement(anchor, Of(carried.Text), Of(carried.Flows), Of(carried.Others)),
        SiteStatement site => new SiteStatement(anchor, sites[site.Site], site.Target is null ? null : Of(site.Target)),
        BlockStatement block => new BlockStatement(anchor, Of(block.Body)),
        LoopStatement loop => loop with
        {
            Anchor = anchor,
            Header = Of(loop.Header),
            Variable = Of(loop.Variable),
            From = Of(loop.From)!,
            To = Of(loop.To)!,
            Body = Of(loop.Body),
        },
        BranchStatement branch => branch with
        {
            Anchor = anchor,
            Id = OfBranch(branch.Id),
            IsOfCall = true,
            Header = branch.Header is null ? null : Of(branch.Header),
            Declares = branch.Declares < 0 ? -1 : Of(branch.Declares),
            Arms = branch.Arms.Select(Of).ToEquatable(),
        },
        CallStatement call => call with
        {
            Anchor = anchor,
            Target = call.Target is null ? null : Of(call.Target),
            Body = Of(call.Body),
        },
        _ => throw new InvalidOperationException($"A submodel has no {statement.GetType().Name}."),
    };

    private PositionTest? Of(PositionTest? test) =>
        test is null ? null : test with { Left = Of(test.Left)!, Right = Of(test.Right)!, And = Of(test.And) };

    private ArmSpec Of(ArmSpec arm) => arm with
    {
        Anchor = anchor,
        Header = arm.Header is null ? null : Of(arm.Header),
        Reads = Of(arm.Reads),
        Flows = Of(arm.Flows),
        Test = Of(arm.Test),
        Body = Of(arm.Body),
    };
}

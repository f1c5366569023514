using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads the model's statements in order. A fault is reported and reading goes on, so that all faults of a model show at once.</summary>
internal sealed class BodyReader
{
    private readonly ReadingContext context;
    private readonly IndexReader indices;
    private readonly FlowReader flows;
    private readonly CarriedReader carried;
    private readonly LoopReader loops;
    private readonly SiteReader sites;
    private readonly PlateReader plates;
    private readonly BranchReader branches;
    private readonly AliasMap aliases;
    private readonly CallReader calls;
    private readonly List<LoopRange?> around = [];

    public BodyReader(ReadingContext context, FamilyReader families, LengthReader lengths)
    {
        this.context = context;
        indices = new IndexReader(context, lengths);
        plates = new PlateReader(context);
        aliases = new AliasMap(context);
        flows = new FlowReader(context, indices, plates, aliases, lengths);
        carried = new CarriedReader(context, flows, indices);
        loops = new LoopReader(context, indices);
        sites = new SiteReader(context, indices, plates, flows, carried, families);
        branches = new BranchReader(context, indices, plates, flows, carried);
        calls = new CallReader(context, indices, plates, flows, aliases, sites);
    }

    public IReadOnlyList<TextSpec> Lengths => indices.Lengths;

    public IReadOnlyList<DataLengthSpec> DataLengths => indices.DataLengths;

    public IReadOnlyList<PlateSpec> Plates => plates.Plates;

    public IReadOnlyList<SiteSpec> Sites => sites.Sites;

    public IReadOnlyList<RecordSpec> Records => sites.Records;

    public EquatableArray<StatementSpec> Read(IEnumerable<StatementSyntax> statements)
    {
        var read = new List<StatementSpec>();
        foreach (var statement in statements) read.AddRange(Read(statement));
        return read.ToEquatable();
    }

    private IEnumerable<StatementSpec> Read(StatementSyntax statement)
    {
        if (statement is ReturnStatementSyntax { Expression: null } end) return [branches.ReadReturn(end)];
        if (statement is ReturnStatementSyntax last && Result(last) is { } result) return [ReadResult(last, result)];
        if (branches.IsBranch(statement))
            return [statement is IfStatementSyntax branch ? branches.Read(branch, Read) : branches.Read((SwitchStatementSyntax)statement, Read)];
        if (statement is BlockSyntax { } block && (context.HasSites(block) || BranchReader.Returns(block))) return ReadBlock(block);
        if (!context.HasSites(statement)) return statement is EmptyStatementSyntax ? [] : [carried.Read(statement)];
        switch (statement)
        {
            case UsingStatementSyntax { Declaration: { } declaration } scope when IsPlate(declaration):
                return ReadPlateScope(scope, declaration);
            case UsingStatementSyntax { Expression: { } nameless } when Word(nameless) == "Plate":
                context.Report(Rules.PlateForm, nameless);
                return [];
            case LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword } local when IsPlate(local.Declaration):
                return ReadPlate(local.Declaration, isEntered: true);
            case LocalDeclarationStatementSyntax local when IsPlate(local.Declaration):
                return ReadPlate(local.Declaration, isEntered: false);
            case LocalDeclarationStatementSyntax { Declaration.Variables: [{ Initializer.Value: { } value } declarator] } local
                when Word(value) == "Sample":
                return One(sites.ReadDeclared(local, declarator, (InvocationExpressionSyntax)Expressions.Strip(value), around.Count > 0));
            case LocalDeclarationStatementSyntax { Declaration.Variables: [{ Initializer.Value: { } value } declarator] } local
                when branches.IsChoice(Expressions.Strip(value)):
                return ReadChoice(local, declarator, (ConditionalExpressionSyntax)Expressions.Strip(value));
            case ExpressionStatementSyntax when Assigned(statement) is { } assignment
                && branches.IsChoice(Expressions.Strip(assignment.Right)) && !context.HasSites(assignment.Left):
                return [branches.Read(statement, (ConditionalExpressionSyntax)Expressions.Strip(assignment.Right), () => -1,
                    call => One(sites.ReadAssigned(assignment, call, around.Count > 0)))];
            case ExpressionStatementSyntax when Assigned(statement) is { } assignment
                && Word(assignment.Right) == "Sample" && !context.HasSites(assignment.Left):
                return One(sites.ReadAssigned(assignment, (InvocationExpressionSyntax)Expressions.Strip(assignment.Right), around.Count > 0));
            case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } when Word(call) == "Observe" || IsObservation(call):
                return One(sites.ReadObserved(call, around.Count > 0));
            case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } when Word(call) == "Factor":
                return One(sites.ReadFactor(call, around.Count > 0));
            case LocalDeclarationStatementSyntax { Declaration.Variables: [{ Initializer.Value: { } value } declarator] } local
                when Word(value) == "Deterministic":
                return One(sites.ReadRecord(local, declarator, (InvocationExpressionSyntax)Expressions.Strip(value), around.Count > 0));
            case ExpressionStatementSyntax when Assigned(statement) is { } assignment
                && Word(assignment.Right) == "Deterministic" && !context.HasSites(assignment.Left):
                return One(sites.ReadRecord(assignment, (InvocationExpressionSyntax)Expressions.Strip(assignment.Right), around.Count > 0));
            case LocalDeclarationStatementSyntax or ExpressionStatementSyntax when calls.IsCall(statement):
                return One(calls.Read(statement, around.Count > 0));
            case ForStatementSyntax loop:
                return ReadLoop(loop, HeaderOf(loop, loop.CloseParenToken), loop.Statement, loops.Read(loop));
            case ForEachStatementSyntax each when loops.Read(each) is { } range:
                return ReadLoop(each, HeaderOf(each, each.CloseParenToken), each.Statement, range);
            default:
                Refuse(statement);
                return [];
        }
    }

    private static AssignmentExpressionSyntax? Assigned(StatementSyntax statement) => (statement as ExpressionStatementSyntax)?.Expression
        is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment ? assignment : null;

    /// <summary>A <c>Sample</c> that is given data, as other languages have it.</summary>
    private bool IsObservation(InvocationExpressionSyntax call) => Word(call) == "Sample" && SiteCall.Read(context, call).Value is not null;

    /// <summary>What a submodel returns; null before its end has been read, and for a model.</summary>
    public ResultSpec? Returned { get; private set; }

    /// <summary>The value of the statement that ends a submodel; null for any other <c>return</c>.</summary>
    private ExpressionSyntax? Result(ReturnStatementSyntax statement) =>
        context.IsSubmodel && statement.Parent is BlockSyntax { Parent: MethodDeclarationSyntax } ? statement.Expression : null;

    /// <summary>The end of a submodel: its result is a variable without a name.</summary>
    private CarriedStatement ReadResult(ReturnStatementSyntax statement, ExpressionSyntax result)
    {
        foreach (var call in context.SubmodelsIn(result)) SubmodelReader.RefuseInside(context, call);
        foreach (var call in context.WordsIn(result)) context.Report(Rules.SampleNotAssigned, call);
        if (flows.Flows(result, [], false).Any()) context.Report(Rules.SideEffectInSite, result, "the result");
        var (variable, reads) = (context.AddTemporary(), flows.Reads(result).ToEquatable());
        var shares = Parts(result).SelectMany(aliases.SharedBy).Select(n => context.VariableOf(n)).OfType<int>().SelectMany(aliases.Of).Distinct();
        var type = ((MethodDeclarationSyntax)statement.Parent!.Parent!).ReturnType.ToString();
        Returned ??= new ResultSpec(type, variable, shares.ToEquatable());
        var flow = new Flow(variable, null, false, reads);
        return new CarriedStatement(context.Anchor(statement), context.Text(statement), new EquatableArray<Flow>([flow]), reads);

        static IEnumerable<ExpressionSyntax> Parts(ExpressionSyntax value) =>
            value is TupleExpressionSyntax tuple ? tuple.Arguments.SelectMany(a => Parts(a.Expression)) : [value];
    }

    private static IEnumerable<StatementSpec> One(StatementSpec? statement) => statement is null ? [] : [statement];

    /// <summary><c>var z = deep ? Sample(...) : Sample(...)</c>: the declaration, and an assignment in each arm.</summary>
    private IEnumerable<StatementSpec> ReadChoice(
        LocalDeclarationStatementSyntax local, VariableDeclaratorSyntax declarator, ConditionalExpressionSyntax choice)
    {
        var variable = -1;
        yield return branches.Read(local, choice, () => variable, call =>
        {
            if (sites.ReadDeclared(local, declarator, call, around.Count > 0) is not SiteStatement { Target: { } target } site) return [];
            variable = target.Parts[target.Parts.Count - 1].Variable;
            return [site with { Target = new TextSpec(new EquatableArray<TextPart>([target.Parts[target.Parts.Count - 1]])) }];
        });
    }

    private IEnumerable<StatementSpec> ReadBlock(BlockSyntax block)
    {
        var depth = plates.Depth;
        var body = Read(block.Statements);
        plates.CloseTo(depth);
        return [new BlockStatement(context.Anchor(block), body)];
    }

    private IEnumerable<StatementSpec> ReadPlateScope(UsingStatementSyntax scope, VariableDeclarationSyntax declaration)
    {
        var depth = plates.Depth;
        var opened = ReadPlate(declaration, isEntered: true);
        var body = opened.Concat(Read(StatementsOf(scope.Statement))).ToEquatable();
        plates.CloseTo(depth);
        return [new BlockStatement(context.Anchor(scope), body)];
    }

    private bool IsPlate(VariableDeclarationSyntax declaration) =>
        declaration.Variables is [{ Initializer.Value: { } value }] && Word(value) == "Plate";

    private IEnumerable<StatementSpec> ReadPlate(VariableDeclarationSyntax declaration, bool isEntered)
    {
        var call = (InvocationExpressionSyntax)Expressions.Strip(declaration.Variables[0].Initializer!.Value);
        if (around.Count > 0) context.Report(Rules.PlateInLoop, call);
        var plate = plates.Read(declaration.Variables[0], call, isEntered);
        if (plate?.Size is null) return [];
        var size = call.ArgumentList.Arguments[0].Expression;
        foreach (var _ in flows.Reads(size)) continue; // for the faults inside it
        return [new PlateStatement(context.Anchor(size), plate.Id)];
    }

    private IEnumerable<StatementSpec> ReadLoop(StatementSyntax loop, TextSpan span, StatementSyntax inside, LoopRange? range)
    {
        var header = Location.Create(loop.SyntaxTree, span);
        if (range is null) RefuseLoop((ForStatementSyntax)loop, header);
        else if (around.Append(range).Count(r => r is { IsConstant: false }) > 1)
            context.Report(Rules.NestedLoops, header, "A loop with sites, whose range is open, stands inside another one");
        var anchor = context.Sources.Anchor(header);
        var depth = plates.Depth;
        around.Add(range);
        context.SiteLoops.Add(inside);
        var body = Read(StatementsOf(inside));
        context.SiteLoops.RemoveAt(context.SiteLoops.Count - 1);
        around.RemoveAt(around.Count - 1);
        CheckExits(loop, inside);
        plates.CloseTo(depth);
        if (range is null) return [];
        return [new LoopStatement(anchor, context.Text(loop, span), range.Variable, range.Name, range.From, range.To, range.Step, body)];
    }

    private static TextSpan HeaderOf(StatementSyntax loop, SyntaxToken end) => TextSpan.FromBounds(loop.SpanStart, end.Span.End);

    /// <summary>The rounds of a loop over sites are those of its header: none is left early.</summary>
    private void CheckExits(StatementSyntax loop, StatementSyntax inside)
    {
        foreach (var exit in inside.DescendantNodes().Where(n => n is BreakStatementSyntax or ContinueStatementSyntax))
        {
            var target = exit.Ancestors().First(a =>
                a is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax
                || (a is SwitchStatementSyntax && exit is BreakStatementSyntax));
            if (target == loop) context.Report(Rules.ExitFromLoop, exit.GetFirstToken().GetLocation(), exit.GetFirstToken().ValueText);
        }
    }

    /// <summary>Reports the loop's form, and lets its variables index sites all the same, so that only this fault shows.</summary>
    private void RefuseLoop(ForStatementSyntax loop, Location header)
    {
        context.Report(Rules.LoopForm, header);
        foreach (var declarator in loop.Declaration?.Variables ?? [])
        {
            if (context.Semantics.GetDeclaredSymbol(declarator, context.Cancellation) is { } local && context.VariableOf(local) is { } variable)
                context.SetRole(variable, VariableRole.Loop);
        }
    }

    private static IEnumerable<StatementSyntax> StatementsOf(StatementSyntax body) => body is BlockSyntax block ? block.Statements : new[] { body };

    /// <summary>Reports each site of a statement that cannot hold one, by the innermost construct in its way.</summary>
    private void Refuse(StatementSyntax statement)
    {
        foreach (var call in context.WordsIn(statement))
        {
            var word = context.WordOf(call)!;
            var rule = call.Ancestors().TakeWhile(a => a != statement.Parent).Select(UnsupportedSyntax.RuleFor).FirstOrDefault(r => r is not null);
            if (rule is not null) context.Report(rule, call, word);
            else if (word == "Plate") context.Report(Rules.PlateForm, call);
            else if (word == "Deterministic") sites.ReportRecord(call);
            else if (word == "Sample" && statement is LocalDeclarationStatementSyntax or ExpressionStatementSyntax)
                context.Report(Rules.SampleNotAssigned, call);
            else context.Report(Rules.UnsupportedStatement, call, statement.GetFirstToken().ValueText);
        }

        foreach (var call in context.SubmodelsIn(statement))
        {
            var rule = call.Ancestors().TakeWhile(a => a != statement.Parent).Select(UnsupportedSyntax.RuleFor).FirstOrDefault(r => r is not null);
            if (rule is not null) context.Report(rule, call, context.SubmodelOf(call)!.Name);
            else SubmodelReader.RefuseInside(context, call);
        }
    }

    private string? Word(ExpressionSyntax expression) => context.WordOf(Expressions.Strip(expression));
}

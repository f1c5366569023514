using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ppl.Torch.Bindings;

/// <summary>
/// Turns the tables of operations (<c>*.ops</c>) into the members of <c>torch</c>, <c>torch.Tensor</c> and their neighbours, and the table
/// of optimizers into what they have in common.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class BindingsGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor Malformed = new(
        "PPLTORCH02", "A table has a fault", "{0}", "Ppl.Torch", DiagnosticSeverity.Error, isEnabledByDefault: true);

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var tables = context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith(".ops", StringComparison.Ordinal))
            .Select((file, cancel) => (file.Path, Text: file.GetText(cancel)?.ToString() ?? ""))
            .Collect();
        context.RegisterSourceOutput(tables, Emit);

        var families = context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith(".family", StringComparison.Ordinal))
            .Select((file, cancel) => (file.Path, Text: file.GetText(cancel)?.ToString() ?? ""));
        context.RegisterSourceOutput(families, EmitFamily);

        var optimizers = context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith("optimizers.table", StringComparison.Ordinal))
            .Select((file, cancel) => (file.Path, Text: file.GetText(cancel)?.ToString() ?? ""));
        context.RegisterSourceOutput(optimizers, EmitOptimizers);
    }

    private static void EmitOptimizers(SourceProductionContext context, (string Path, string Text) table)
    {
        try
        {
            var optimizers = OptimizerParser.Parse(table.Text);
            foreach (var optimizer in optimizers) Add(optimizer.Name, OptimizerEmitter.Class(optimizer));
            Add("optim", OptimizerEmitter.Functions(optimizers));
        }
        catch (TableException fault)
        {
            Report(context, table.Path, fault);
        }

        void Add(string name, string source) => context.AddSource($"{name}.optimizer.g.cs", SourceText.From(source, Encoding.UTF8));
    }

    private static void EmitFamily(SourceProductionContext context, (string Path, string Text) family)
    {
        try
        {
            var source = FamilyExpander.Expand(family.Text);
            context.AddSource(Path.GetFileNameWithoutExtension(family.Path) + ".family.g.cs", SourceText.From(source, Encoding.UTF8));
        }
        catch (TableException fault)
        {
            Report(context, family.Path, fault);
        }
    }

    private static void Report(SourceProductionContext context, string path, TableException fault)
    {
        var position = new LinePosition(fault.Line, 0);
        var location = Location.Create(path, default, new LinePositionSpan(position, position));
        context.ReportDiagnostic(Diagnostic.Create(Malformed, location, $"{Path.GetFileName(path)}: {fault.Message}"));
    }

    private static void Emit(SourceProductionContext context, ImmutableArray<(string Path, string Text)> tables)
    {
        var operations = new List<Operation>();
        foreach (var (path, text) in tables.OrderBy(t => t.Path, StringComparer.Ordinal))
        {
            try
            {
                operations.AddRange(TableParser.Parse(text));
            }
            catch (TableException fault)
            {
                Report(context, path, fault);
            }
        }
        if (operations.Count == 0) return;
        context.AddSource("Ops.g.cs", SourceText.From(MemberEmitter.Handles(operations), Encoding.UTF8));
        var members = operations.SelectMany(o => o.Members.Select(m => (Operation: o, Member: m))).ToList();
        foreach (var home in Homes.Openings.Keys)
        {
            var mine = members.Where(m => m.Member.Home == home).ToList();
            if (mine.Count > 0) context.AddSource($"{home}.g.cs", SourceText.From(MemberEmitter.Members(home, mine), Encoding.UTF8));
        }
    }
}

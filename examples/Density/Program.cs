using System.CommandLine;
using Ppl;
using Ppl.Examples;
using Ppl.Examples.Density;

var set = new Option<DataSet>("--set")
{
    Description = "moons: two moons, drawn; table: six numbers a row, drawn; oil: the oil-flow table, of files",
};
var kind = new Option<FlowKind?>("--flow") { Description = "coupling, autoregressive, splines or block [default: by the set]" };
var data = new Option<string?>("--data") { Description = ExampleData.Description, HelpName = "folder" };
var epochs = new Option<int?>("--epochs") { Description = "times that all rows are seen [default: 20, of oil 100]", HelpName = "n" };
var seed = new Option<long>("--seed") { Description = "seed of data, weights and batches", HelpName = "n" };
var output = new Option<string>("--out")
{
    Description = "folder for the picture",
    DefaultValueFactory = _ => Path.Combine("out", "density"),
};
var smoke = new Option<bool>("--smoke") { Description = "a run of a few seconds, with wider margins" };
epochs.Validators.Add(result =>
{
    if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value < 1)
        result.AddError($"--epochs must be at least 1, not {value}");
});

var command = new RootCommand("Fits a normalizing flow to rows, and compares it with their exact density or with a normal.")
{
    set, kind, data, epochs, seed, output, smoke,
};
command.SetAction((parsed, cancellation) => Task.FromResult(Run(
    new Options
    {
        Set = parsed.GetValue(set),
        Flow = parsed.GetValue(kind),
        DataFolder = ExampleData.Folder(parsed.GetValue(data)),
        Epochs = parsed.GetValue(epochs),
        Seed = parsed.GetValue(seed),
        Out = parsed.GetValue(output)!,
        Smoke = parsed.GetValue(smoke),
    },
    cancellation)));
return await command.Parse(args).InvokeAsync();

// Ends with 1 where a claim does not hold.
static int Run(Options options, CancellationToken cancellation)
{
    try
    {
        var findings = Estimation.Run(options, cancellation);
        foreach (var finding in findings) Console.WriteLine(finding);
        return findings.All(finding => finding.Holds) ? 0 : 1;
    }
    catch (OperationCanceledException)
    {
        return 130;
    }
    catch (Exception e) when (e is PplException or IOException or UnauthorizedAccessException or ArgumentException)
    {
        Console.Error.WriteLine($"error: {e.Message}");
        return 1;
    }
}

using System.CommandLine;
using Ppl.Examples;
using Ppl.Examples.Density;

var set = new Option<DataSet>("--set")
{
    Description = "moons: two moons, drawn; table: six numbers a row, drawn; oil: the oil-flow table, of files",
}.OnlyNames();
var kind = new Option<FlowKind?>("--flow") { Description = "coupling, autoregressive, splines or block [default: by the set]" }.OnlyNames();
var data = new Option<string?>("--data") { Description = ExampleData.Description, HelpName = "folder" };
var epochs = new Option<int?>("--epochs") { Description = "times that all rows are seen [default: 20, of oil 100]", HelpName = "n" }.Within(1);
var seed = new Option<long>("--seed") { Description = "seed of data, weights and batches", HelpName = "n" };
var output = new Option<string>("--out")
{
    Description = "folder for the picture",
    DefaultValueFactory = _ => Path.Combine("out", "density"),
};
var smoke = new Option<bool>("--smoke") { Description = "a run of a few seconds, with wider margins" };
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
static int Run(Options options, CancellationToken cancellation) => CommandLine.Guard(() =>
{
    var findings = Estimation.Run(options, cancellation);
    foreach (var finding in findings) Console.WriteLine(finding);
    return findings.All(finding => finding.Holds) ? 0 : 1;
});

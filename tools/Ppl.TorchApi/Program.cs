using System.Reflection;
using System.Runtime.Loader;
using Ppl.TorchApi;

switch (args)
{
    case ["check", var assembly, var list]:
        try
        {
            return Check(assembly, ClaimList.Read(list));
        }
        catch (InvalidDataException fault)
        {
            Console.Error.WriteLine(fault.Message);
            return 2;
        }

    case ["list", var assembly, var list]:
        ClaimList.Write(list, new Surface(Load(assembly)).Claims());
        return 0;
    default:
        Console.Error.WriteLine("usage: Ppl.TorchApi check ASSEMBLY.dll LIST | list TorchSharp.dll LIST");
        return 2;
}

static int Check(string assembly, Func<string, bool> isListed)
{
    var faults = new Surface(Load(assembly)).Missing(isListed).Distinct().ToList();
    foreach (var fault in faults) Console.Error.WriteLine($"not in TorchSharp: {fault}");
    Console.WriteLine(faults.Count == 0 ? "everything that Ppl.Torch shows is TorchSharp's" : $"{faults.Count} that TorchSharp does not show");
    return faults.Count == 0 ? 0 : 1;
}

static Assembly Load(string path)
{
    var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
    AssemblyLoadContext.Default.Resolving += (context, name) =>
        Path.Combine(folder, name.Name + ".dll") is var beside && File.Exists(beside) ? context.LoadFromAssemblyPath(beside) : null;
    return AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path));
}

using Ppl.PackageCheck;

if (args is not [var feed, var version, .. var ids] || ids.Length == 0)
{
    Console.Error.WriteLine("usage: Ppl.PackageCheck FEED VERSION PACKAGE...");
    return 2;
}

var faults = PackageFile.CheckFeed(feed, version, ids).ToList();
foreach (var fault in faults) Console.Error.WriteLine(fault);
Console.WriteLine(faults.Count == 0 ? $"{ids.Length} packages have what they should" : $"{faults.Count} faults");
return faults.Count == 0 ? 0 : 1;

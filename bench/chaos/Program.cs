// Kills a mesh under publish load: chaos [KILLS] [SEED]. Ends with 1 when a rule was broken; the same seed draws the same moments.
using System.Globalization;
using FnMesh.EndToEnd.Tests.Chaos;
using FnMesh.EndToEnd.Tests.Harness;

if (args is [RelayFunction.Name]) return await RelayFunction.RunAsync();

var kills = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50;
var seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() & 0xFFFFFF);
var started = TimeProvider.System.GetTimestamp();
Console.WriteLine($"{kills} kills, seed {seed}");
var ledger = await ChaosRun.RunAsync(new ChaosOptions(kills, seed), Console.WriteLine);
var faults = ledger.Judge();
foreach (var fault in faults) Console.WriteLine($"BROKEN {fault}");
Console.WriteLine(
    $"{kills} kills in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s: {ledger.Acknowledged} events got 202 and {(faults.Count == 0 ? "all were delivered, in the order of their keys" : "rules were broken")}; " +
    $"{ledger.InDoubt} publications were cut off; {ledger.Repeated} events in flight came again ({(double)ledger.Repeated / kills:0.0} a kill); no process was left");
return faults.Count == 0 ? 0 : 1;

// Breaks a mesh under load, again and again, and judges what became of calls and events. Ends with 1 when a rule was broken.
//   chaos [KILLS] [SEED]             kills a publishing mesh; the same seed draws the same moments
//   chaos restarts [ROUNDS]          restarts control, gateway and functions in turn under 200 calls a second
//   chaos changes [TIMES]            changes policies, rotates certificates and restarts functions in good order, each so often, under 500 GETs a second
//   chaos rotations [SVIDS] [AUTHORITIES]   rotates identities under 200 calls a second
//   chaos upgrades [N]               lets one gateway take over from another N times under 500 calls a second
//   chaos lease                      how long a function that was killed with its shim stays in the table
using System.Globalization;
using FnMesh.EndToEnd.Tests.Chaos;
using FnMesh.EndToEnd.Tests.Harness;
using FnMesh.EndToEnd.Tests.Resilience;
using FnMesh.EndToEnd.Tests.Upgrades;

const int PerSecond = 200;
const int Between = 400;
const int SafePerSecond = 500;

return args switch
{
    [RelayFunction.Name] => await RelayFunction.RunAsync(),
    ["restarts", ..] => Judge(await RestartRun.RunAsync(Number(1, 10), PerSecond, Between, Console.WriteLine)),
    ["changes", ..] => Judge(await ChangeRun.RunAsync(Number(1, 20), SafePerSecond, SafePerSecond, Console.WriteLine)),
    ["rotations", ..] => Judge(await RotationRun.RunAsync(Number(1, 50), Number(2, 5), PerSecond, Between / 2, Console.WriteLine)),
    ["upgrades", ..] => Judge(await UpgradeRun.RunAsync(Number(1, 20), perSecond: 500, Between, Console.WriteLine)),
    ["lease"] => Judge(await LeaseRun.RunAsync(PerSecond, Console.WriteLine)),
    _ => await KillAsync(Number(0, 50), Number(1, (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() & 0xFFFFFF))),
};

int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

static int Judge(Tally tally)
{
    var faults = tally.Judge();
    foreach (var fault in faults) Console.WriteLine($"BROKEN {fault}");
    Console.WriteLine($"{(faults.Count == 0 ? "held" : "BROKEN")}: {tally}");
    return faults.Count == 0 ? 0 : 1;
}

static async Task<int> KillAsync(int kills, int seed)
{
    var started = TimeProvider.System.GetTimestamp();
    Console.WriteLine($"{kills} kills, seed {seed}");
    var ledger = await ChaosRun.RunAsync(new ChaosOptions(kills, seed), Console.WriteLine);
    var faults = ledger.Judge();
    foreach (var fault in faults) Console.WriteLine($"BROKEN {fault}");
    Console.WriteLine(
        $"{kills} kills in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s: {ledger.Acknowledged} events got 202 and {(faults.Count == 0 ? "all were delivered, in the order of their keys" : "rules were broken")}; " +
        $"{ledger.InDoubt} publications were cut off; {ledger.Repeated} events in flight came again ({(double)ledger.Repeated / kills:0.0} a kill); no process was left");
    return faults.Count == 0 ? 0 : 1;
}

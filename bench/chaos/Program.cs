// Breaks a mesh under load, again and again, and judges what became of calls and events. Ends with 1 when a rule was broken.
//   chaos [KILLS] [SEED]             kills a publishing mesh; the same seed draws the same moments
//   chaos gateway [KILLS] [SEED]     kills a publishing gateway beside a control that stays
//   chaos powercuts [CUTS] [SEED]    cuts the power of an embedded broker's disk: writes that were not synced are lost, in whole or in part
//   chaos powercuts [CUTS] [SEED] unsynced   the same without syncing, which must lose events: shows that the run finds it
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
using FnMesh.Gateway.Tests.PowerCuts;

const int PerSecond = 200;
const int Between = 400;
const int SafePerSecond = 500;

return args switch
{
    [RelayFunction.Name] => await RelayFunction.RunAsync(),
    ["gateway", ..] => await KillAsync(Number(1, 50), Number(2, Drawn()), GatewayKillRun.RunAsync),
    ["powercuts", ..] => await CutAsync(new PowerCutOptions(Number(1, 200), Number(2, Drawn()), Syncs: args is not [.., "unsynced"])),
    ["restarts", ..] => Judge(await RestartRun.RunAsync(Number(1, 10), PerSecond, Between, Console.WriteLine)),
    ["changes", ..] => Judge(await ChangeRun.RunAsync(Number(1, 20), SafePerSecond, SafePerSecond, Console.WriteLine)),
    ["rotations", ..] => Judge(await RotationRun.RunAsync(Number(1, 50), Number(2, 5), PerSecond, Between / 2, Console.WriteLine)),
    ["upgrades", ..] => Judge(await UpgradeRun.RunAsync(Number(1, 20), perSecond: 500, Between, Console.WriteLine)),
    ["lease"] => Judge(await LeaseRun.RunAsync(PerSecond, Console.WriteLine)),
    _ => await KillAsync(Number(0, 50), Number(1, Drawn()), ChaosRun.RunAsync),
};

int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

static int Drawn() => (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() & 0xFFFFFF);

static async Task<int> CutAsync(PowerCutOptions options)
{
    var started = TimeProvider.System.GetTimestamp();
    Console.WriteLine($"{options.Cuts} power cuts, seed {options.Seed}{(options.Syncs ? "" : ", without syncing")}");
    var (ledger, broken) = await PowerCutRun.RunAsync(options, Console.WriteLine);
    string[] faults = [.. broken, .. ledger.Judge()];
    foreach (var fault in faults) Console.WriteLine($"BROKEN {fault}");
    Console.WriteLine($"{ledger.Life - 1} power cuts in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s: {ledger.Acknowledged} events were acknowledged and {(faults.Length == 0 ? "all are there, in the order of their keys" : "rules were broken")}; {ledger.InDoubt} were in doubt; {ledger.Repeated} in flight came again");
    return faults.Length == 0 ? 0 : 1;
}

static int Judge(Tally tally)
{
    var faults = tally.Judge();
    foreach (var fault in faults) Console.WriteLine($"BROKEN {fault}");
    Console.WriteLine($"{(faults.Count == 0 ? "held" : "BROKEN")}: {tally}");
    return faults.Count == 0 ? 0 : 1;
}

static async Task<int> KillAsync(int kills, int seed, Func<ChaosOptions, Action<string>, Task<Ledger>> run)
{
    var started = TimeProvider.System.GetTimestamp();
    Console.WriteLine($"{kills} kills, seed {seed}");
    var ledger = await run(new ChaosOptions(kills, seed), Console.WriteLine);
    var faults = ledger.Judge();
    foreach (var fault in faults) Console.WriteLine($"BROKEN {fault}");
    Console.WriteLine(
        $"{kills} kills in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s: {ledger.Acknowledged} events got 202 and {(faults.Count == 0 ? "all were delivered, in the order of their keys" : "rules were broken")}; " +
        $"{ledger.InDoubt} publications were cut off; {ledger.Repeated} events in flight came again ({(double)ledger.Repeated / kills:0.0} a kill); no process was left");
    return faults.Count == 0 ? 0 : 1;
}

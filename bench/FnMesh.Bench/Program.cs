using System.Globalization;
using FnMesh.Bench.Balance;
using FnMesh.Bench.Events;
using FnMesh.Bench.Filters;
using FnMesh.Bench.Log;
using FnMesh.Bench.Peers;
using FnMesh.Bench.Sdk;
using FnMesh.Bench.Shed;
using FnMesh.Bench.Stages;
using FnMesh.Bench.Trust;
using FnMesh.Bench.Wall;

if (args is [BalanceFunction.Name]) return await BalanceFunction.RunAsync();
if (args is ["balance", var balanced, var perSecond])
{
    Console.WriteLine("| algorithm | phase | calls | to the one | p50 ms | p95 ms | p95 ÷ all well | not 200 |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|");
    foreach (var algorithm in (string[])["PeakEwma", "RoundRobin"]) await BalanceRun.RunAsync(balanced, algorithm, int.Parse(perSecond, CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["yarp", var proxy, var behind, var version]) return await YarpProxy.RunAsync(int.Parse(proxy, CultureInfo.InvariantCulture), behind, isHttp2: version == "2");
if (args is ["grpc", var port]) return await GrpcFunction.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
if (args is ["down", var down, var offered])
{
    Console.WriteLine("| phase | calls | attempts | seen by the four | 1.2 × calls + 10/s | attempts ÷ calls | bound | 200 |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|");
    await DownRun.RunAsync(down, int.Parse(offered, CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["slow", var slowed, var peers])
{
    await SlowRun.RunAsync(slowed, int.Parse(peers, CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["filters"])
{
    FilterRun.Run();
    return 0;
}

if (args is ["stages"])
{
    await StageRun.RunAsync();
    return 0;
}

if (args is ["trust"])
{
    await TrustRun.RunAsync();
    return 0;
}

if (args is ["serve", SlowPeers.Name]) return await SlowPeers.RunAsync();
if (args is ["log", var question, var logFolder, .. var more]) return await LogCommand.RunAsync(question, logFolder, more.FirstOrDefault());
if (args is ["serve", ShedServers.Plain or ShedServers.Silent]) return await ShedServers.RunAsync(args[1]);
if (args is ["shed", var full, var shedRounds, var shedSeconds])
{
    await ShedRun.RunAsync(full, int.Parse(shedRounds, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(double.Parse(shedSeconds, CultureInfo.InvariantCulture)));
    return 0;
}

if (args is ["serve", var kind]) return await Servers.RunAsync(kind);
if (args is ["functions", var mesh, var roundCount, var roundSeconds, var startCount])
{
    Console.WriteLine($"# .NET {Environment.Version}");
    if (int.Parse(roundCount, CultureInfo.InvariantCulture) is > 0 and var rounds) await SdkRun.CallsAsync(rounds, TimeSpan.FromSeconds(double.Parse(roundSeconds, CultureInfo.InvariantCulture)), TimeSpan.FromSeconds(8));
    if (int.Parse(startCount, CultureInfo.InvariantCulture) is > 0 and var starts) await SdkRun.StartsAsync(mesh, starts);
    return 0;
}

if (args is ["events", var fnmesh, var eventsFolder, var loads, .. var options]) return await EventsCommand.RunAsync(fnmesh, eventsFolder, loads, options);
await Console.Error.WriteLineAsync("run it by bench/balance, bench/calls, bench/down, bench/events, bench/filters, bench/functions, bench/log, bench/shed, bench/stages, bench/trust or bench/wall");
return 2;

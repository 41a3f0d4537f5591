using System.Globalization;
using FnMesh.Bench;

var seconds = args is [_, "--seconds", var text, ..] ? double.Parse(text, CultureInfo.InvariantCulture) : 8;
if (args.Length is not (1 or 3))
{
    await Console.Error.WriteLineAsync("usage: FnMesh.Bench FNMESH [--seconds N]; run it by bench/events");
    return 2;
}

Console.WriteLine($"# .NET {Environment.Version}, events of {Publisher.BodyBytes} bytes in binary mode, {seconds:0.#} s each after as long a warm-up");
Console.WriteLine("| case | in flight | CPU µs/event | events/s | 202 p50 ms | 202 p99 ms | delivered p50 ms | delivered p99 ms | events |");
Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
foreach (var deliver in (bool[])[false, true])
{
    foreach (var inFlight in (int[])[1, 64, 512])
    {
        // A mesh of its own for each line: none finds the log of another.
        await using var function = await Function.StartAsync();
        await using var mesh = await RunningMesh.StartAsync(args[0], deliver ? function.Address : null);
        var run = new EventRun(mesh, deliver ? function : null, inFlight);
        await run.MeasureAsync(TimeSpan.FromSeconds(seconds));
        Console.WriteLine(await run.MeasureAsync(TimeSpan.FromSeconds(seconds)));
    }
}

return 0;

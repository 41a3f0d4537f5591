using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Mirroring;

/// <summary>What is measured of the copies that one app gets.</summary>
internal sealed class MirrorInstruments(CounterFamily copies, string app)
{
    private const string Result = "fnmesh.result";

    private readonly BoundCounter?[] _byResult = new BoundCounter?[Enum.GetValues<MirrorResult>().Length];

    public void Count(MirrorResult result) => (_byResult[(int)result] ??= copies.Bind(new(SpanNames.App, app), new(Result, result.ToString()))).Add();
}

using System.Numerics;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Tracing;
using FnMesh.Policy.Cesql;

namespace FnMesh.Gateway.Metrics;

/// <summary>Counts the events that a filter of one subscription could not judge, by why.</summary>
internal sealed class FilterInstruments(CounterFamily faults, string subscription)
{
    private const string Fault = "fnmesh.fault";

    private readonly BoundCounter?[] _byError = new BoundCounter?[BitOperations.Log2((uint)CesqlErrors.Generic) + 1];
    private readonly BoundCounter?[] _byFlaw = new BoundCounter?[(int)DataFlaw.TooLarge + 1];

    public void Failed(CesqlErrors errors)
    {
        // An evaluation ends at its first error; where its last step had two, the larger one is counted.
        var bit = BitOperations.Log2((uint)errors);
        (_byError[bit] ??= Bind($"{(CesqlErrors)(1 << bit)}")).Add();
    }

    public void Failed(DataFlaw flaw) => (_byFlaw[(int)flaw] ??= Bind($"{flaw}")).Add();

    private BoundCounter Bind(string name) => faults.Bind(new(SpanNames.Subscription, subscription), new(Fault, name));
}

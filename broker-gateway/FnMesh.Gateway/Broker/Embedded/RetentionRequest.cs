namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Lets the writer look for what has grown old. Its answer is whether something was to be deleted.</summary>
/// <param name="again">Whether it looks afresh; otherwise it only tells.</param>
internal sealed class RetentionRequest(bool again) : WriteRequest<bool>(0)
{
    protected override (bool Value, BrokerException? Refusal) Run(LogTables tables)
    {
        if (again) tables.Retention.Tick();
        return (tables.Retention.IsDue, null);
    }
}

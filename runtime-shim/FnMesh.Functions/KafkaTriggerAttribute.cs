namespace FnMesh.Functions;

/// <summary>Known so that the compiler can refuse it with a sentence (FNF0008).</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class KafkaTriggerAttribute(string brokerList, string topic) : Attribute
{
    public string BrokerList { get; } = brokerList;

    public string Topic { get; } = topic;

    public string? ConsumerGroup { get; set; }

    public string? Username { get; set; }

    public string? Password { get; set; }

    public bool IsBatched { get; set; }

    public BrokerProtocol Protocol { get; set; }

    public BrokerAuthenticationMode AuthenticationMode { get; set; }
}

namespace FnMesh.Functions;

/// <summary>Known, with all that it takes in Azure, so that the compiler can refuse it with a sentence (FNF0008).</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class KafkaTriggerAttribute(string brokerList, string topic) : Attribute
{
    public string BrokerList { get; } = brokerList;

    public string Topic { get; } = topic;

    public string? ConsumerGroup { get; set; }

    public string? AvroSchema { get; set; }

    public BrokerAuthenticationMode AuthenticationMode { get; set; } = BrokerAuthenticationMode.NotSet;

    public string? Username { get; set; }

    public string? Password { get; set; }

    public BrokerProtocol Protocol { get; set; } = BrokerProtocol.NotSet;

    public string? SslKeyLocation { get; set; }

    public string? SslCaLocation { get; set; }

    public string? SslCertificateLocation { get; set; }

    public string? SslKeyPassword { get; set; }

    public string? SchemaRegistryUrl { get; set; }

    public string? SchemaRegistryUsername { get; set; }

    public string? SchemaRegistryPassword { get; set; }

    public long LagThreshold { get; set; }

    public bool IsBatched { get; set; }
}

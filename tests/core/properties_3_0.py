"""The properties of DCAT-AP.de 3.0 by class: its 14 classes have 147 (04_classes)."""

_TEXT = {
    "dcat:Catalog": """
        dcterms:title dcterms:description dcterms:publisher dcterms:issued dcterms:modified
        dcterms:language foaf:homepage dcterms:license dcat:themeTaxonomy dcatap:availability
        dcterms:spatial dcat:dataset dcterms:rights dcat:catalog dcatap:applicableLegislation
        dcat:service dcterms:hasPart dcterms:isPartOf dcat:record dcterms:creator
    """,
    "dcat:Dataset": """
        dcterms:title dcterms:description dcterms:publisher dcat:keyword
        dcatde:politicalGeocodingLevelURI dcatde:politicalGeocodingURI dcat:theme
        dcatap:availability dcterms:spatial dcterms:temporal dcat:distribution dcat:contactPoint
        dcatde:contributorID dcatde:geocodingDescription dcterms:identifier adms:identifier
        dcterms:issued dcterms:modified dcat:version owl:versionInfo adms:versionNotes
        dcatap:applicableLegislation dcatde:legalBasis dcterms:relation dcat:landingPage
        foaf:page dcterms:language dcterms:conformsTo dcterms:accessRights dcterms:provenance
        dcterms:accrualPeriodicity dcatde:qualityProcessURI dcterms:type prov:wasGeneratedBy
        dcat:spatialResolutionInMeters dcat:temporalResolution prov:qualifiedAttribution
        dcat:qualifiedRelation dcterms:isReferencedBy dcterms:references dcterms:source
        dcat:hasVersion dcterms:hasVersion dcterms:isVersionOf adms:sample dcterms:creator
        dcterms:contributor dcatde:originator geodcatap:originator dcatde:maintainer
        geodcatap:custodian dcat:inSeries
    """,
    "dcat:DataService": """
        dcat:endpointURL dcterms:title dcterms:publisher dcat:endpointDescription
        dcatap:availability dcat:servesDataset dcterms:description dcterms:license
        dcterms:accessRights dcterms:format dcatap:applicableLegislation
    """,
    "dcat:DatasetSeries": """
        dcterms:title dcterms:description dcterms:publisher dcterms:spatial dcterms:temporal
        dcat:contactPoint dcterms:accrualPeriodicity dcterms:issued dcterms:modified
        dcatap:applicableLegislation
    """,
    "dcat:Distribution": """
        dcat:accessURL dcterms:license dcterms:title dcterms:modified dcterms:format
        dcatap:availability dcatde:licenseAttributionByText dcterms:description dcat:byteSize
        dcterms:issued dcat:downloadURL dcterms:language foaf:page dcterms:rights
        dcterms:conformsTo dcat:mediaType dcat:compressFormat dcat:packageFormat odrl:hasPolicy
        adms:status dcat:spatialResolutionInMeters dcat:temporalResolution
        dcatap:applicableLegislation dcat:accessService spdx:checksum
    """,
    "dcterms:PeriodOfTime": """
        dcat:startDate dcat:endDate time:hasBeginning time:hasEnd
    """,
    "dcterms:Location": """
        dcat:bbox dcat:centroid locn:geometry
    """,
    "foaf:Agent": """
        foaf:name dcterms:type
    """,
    "vcard:Kind": """
        vcard:fn vcard:hasEmail vcard:hasURL vcard:hasTelephone
    """,
    "adms:Identifier": """
        skos:notation
    """,
    "spdx:Checksum": """
        spdx:algorithm spdx:checksumValue
    """,
    "dcat:CatalogRecord": """
        dcterms:modified foaf:primaryTopic dcterms:conformsTo adms:status dcterms:issued
        dcterms:title dcterms:description dcterms:language dcterms:source
    """,
    "dcat:Relationship": """
        dcat:hadRole dcterms:relation
    """,
    "prov:Attribution": """
        dcat:hadRole prov:agent
    """,
}

PROPERTIES = {cls: names.split() for cls, names in _TEXT.items()}
